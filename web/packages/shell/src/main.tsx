/// Starts the page.

import "@fumehood/ui/tokens.css";
import "@fumehood/ui/base.css";
import { render } from "solid-js/web";
import { App } from "./app/App.js";

const root = document.getElementById("root");
if (root) render(() => <App />, root);
