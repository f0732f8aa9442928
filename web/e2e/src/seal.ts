/// What every test of the page holds at its end: the page's own policy had nothing to refuse, and every frame that is
/// there has the sandbox of design section 6.

import type { Tab } from "./drivers";

/// Written out: a change of the product's constant has to be made here too.
export const SANDBOX = "allow-scripts allow-forms";

/// What is wrong with a page. `borne`: how violations begin that the test has caused.
export async function broken(tab: Tab, borne: readonly string[]): Promise<readonly string[]> {
  const said = await tab.violations();
  const frames = await tab.evaluate(() =>
    [...document.querySelectorAll("iframe, frame, object, embed, fencedframe")].map(
      (frame) => `${frame.localName} ${frame.getAttribute("sandbox") ?? "without a sandbox"}`,
    ),
  );
  return [
    ...said
      .filter((violation) => !borne.some((begin) => violation.startsWith(begin)))
      .map((violation) => `the page's policy refused ${violation}`),
    ...frames.filter((frame) => frame !== `iframe ${SANDBOX}`),
  ];
}
