"""Where things are on each page: what a measurement must find, and nothing about how it measures."""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    cell: str
    """CSS selector of a cell."""
    code: str
    """CSS selector of a cell with code."""
    shown: str
    """Inside a cell: what says that its source or its rendered Markdown is painted."""
    prompt: str
    """Inside a cell: `[3]` or the like, when it has run."""
    output: str
    """Inside a cell: its outputs."""
    editor: str
    """Inside a cell: where a click begins to edit."""
    scroller: str
    """What scrolls the cells."""
    ready: str
    """CSS selector of what is there when a cell can be run: JupyterLab passes over a run before it has its kernel."""
    dialog: str
    """CSS selector of a dialog's button that takes what the page proposes: JupyterLab may ask for a kernel."""
    data: str
    """Script that calls `arrived(time)` when the notebook's data is there."""


SITES = {
    "fumehood": Site(
        cell="[data-cell]",
        code="[data-cell][data-type=code]",
        shown=".cm-line, .source-still, .md",
        prompt=".prompt",
        output=".cell-outputs",
        editor=".cm-content, .source-still, .source-unseen",
        scroller=".notebook-scroll",
        ready="[data-cell]",
        dialog="dialog[open] .none",
        # A binary message whose second byte after the room says "what you do not have": the notebook itself.
        data="""
          const Native = window.WebSocket;
          window.WebSocket = class extends Native {
            constructor(...all) {
              super(...all);
              this.addEventListener("message", ({ data }) => {
                if (data instanceof ArrayBuffer && new Uint8Array(data)[16] === 0 && new Uint8Array(data)[17] === 1)
                  arrived(performance.now());
              });
            }
          };
        """,
    ),
    "JupyterLab": Site(
        cell=".jp-Notebook .jp-Cell",
        code=".jp-Notebook .jp-CodeCell",
        shown=".cm-line, .jp-MarkdownOutput",
        prompt=".jp-InputArea-prompt",
        output=".jp-Cell-outputArea",
        editor=".cm-content",
        scroller=".jp-WindowedPanel-outer",
        ready=".jp-Notebook-ExecutionIndicator[data-status=idle]",
        dialog=".jp-Dialog .jp-mod-accept",
        data="""
          new PerformanceObserver((list) => {
            for (const { name, responseEnd } of list.getEntries())
              if (name.includes("/api/contents/") && name.includes(".ipynb") && name.includes("content=1"))
                arrived(responseEnd);
          }).observe({ type: "resource", buffered: true });
        """,
    ),
}
