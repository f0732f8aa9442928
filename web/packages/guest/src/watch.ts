/// Measures the content, at most once a frame, and asks for its height.

import { TALLEST } from "@fumehood/bridge";
import { FIRST, nextHeight } from "./height.js";

/// How long the page may take to give the height that was asked for, before the rest is scrolled to.
const PATIENCE_MS = 300;
const UNSEEN_MS = 60;

export function watchHeight(root: HTMLElement, ask: (height: number) => void): void {
  let state = FIRST;
  let touched = true;
  let planned = false;
  let timer = 0;

  const measure = (): void => {
    planned = false;
    // `scrollHeight` of an element that is as high as its content counts what is placed absolutely, too.
    const { width, height } = root.getBoundingClientRect();
    const content = Math.min(TALLEST, Math.max(height, root.scrollHeight - 1) + below(root));
    if (width === 0) return; // not shown at all
    const [next, wanted] = nextHeight(state, { content, width: innerWidth, height: innerHeight, touched });
    state = next;
    touched = false;
    if (wanted !== null) ask(wanted);
    clearTimeout(timer);
    timer = window.setTimeout(() => scrollIfTaller(root, content), PATIENCE_MS);
  };
  const plan = (): void => {
    if (planned) return;
    planned = true;
    soon(measure);
  };
  const touch = (): void => {
    touched = true;
    plan();
  };

  new ResizeObserver(plan).observe(root);
  new MutationObserver(touch).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  root.addEventListener("load", touch, { capture: true });
  root.addEventListener("toggle", touch, { capture: true });
  document.fonts.addEventListener("loadingdone", touch);
  window.addEventListener("resize", plan);
  plan();
}

/// In the next frame; where the browser draws none, because this page is out of sight, all the same.
function soon(run: () => void): void {
  let frame = 0;
  const timer = window.setTimeout(() => {
    cancelAnimationFrame(frame);
    run();
  }, UNSEEN_MS);
  frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    run();
  });
}

/// The frame scrolls only where it is kept lower than its content; a bar that comes and goes would change the width.
function scrollIfTaller(root: HTMLElement, content: number): void {
  const taller = content > innerHeight + 1;
  if (document.documentElement.classList.contains("taller") === taller) return;
  document.documentElement.classList.toggle("taller", taller);
  // Where nothing in it takes the keyboard, the arrows have to scroll all the same.
  if (taller) root.tabIndex = 0;
  else root.removeAttribute("tabindex");
}

function below(root: HTMLElement): number {
  const { paddingBottom, paddingTop } = getComputedStyle(root.parentElement ?? root);
  return Number.parseFloat(paddingTop) + Number.parseFloat(paddingBottom);
}
