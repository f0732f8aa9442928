/// Starts the page.

import "@fumehood/ui/tokens.css";
import { render } from "solid-js/web";

const root = document.getElementById("root");
if (root) render(() => <p>fumehood</p>, root);
