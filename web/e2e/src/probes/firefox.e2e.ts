import { attackIn } from "./attacks";

attackIn("firefox");
