/// A click opens here; with Ctrl or Command, or the middle button, in a new tab, as links do. It is not a link: a new tab
/// needs a code of its own, which no address can carry beforehand.

import { report } from "../app/report.js";
import type { Route } from "../app/route.js";

export function opener(route: Route, path: () => string) {
  const open = (event: MouseEvent) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.button === 1) void route.goNewTab(path()).catch(report);
    else route.go(path());
  };
  return {
    onClick: open,
    "on:auxclick": (event: MouseEvent) => {
      if (event.button === 1) open(event);
    },
  };
}
