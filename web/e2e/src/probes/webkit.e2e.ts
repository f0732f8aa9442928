import { attackIn } from "./attacks";

attackIn("webkit");
