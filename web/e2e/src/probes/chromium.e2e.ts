import { attackIn } from "./attacks";

attackIn("chromium");
