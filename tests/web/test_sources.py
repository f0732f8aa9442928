"""The pages' sources hold no way from text to markup or code, and one place says what a frame may do.

A scan of text, so that it also sees what no test runs. What must be allowed stands in a table with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from fumehood.policy.outputs import SANDBOX

PACKAGES: Final = Path(__file__).resolve().parents[2] / "web" / "packages"
TRUSTED: Final = ("shell", "ui", "bridge", "protocol")
"""Their code runs in the page that holds the bearer."""
FRAME: Final = "shell/src/frames/sandbox.ts"
"""The one place that makes a frame."""

SINKS: Final = {
    "markup from text": r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTML(Unsafe)?|parseHTML(Unsafe)?)\b",
    "a parser of markup": r"\b(DOMParser|createContextualFragment|XSLTProcessor)\b|document\s*\.\s*write(ln)?\b",
    "code from text": r"\beval\s*\(|\bnew\s+Function\b|\b(setTimeout|setInterval)\s*\(\s*[\"'`]|[\"'`]\s*javascript:",
    "markup in an attribute": r"\bsrcdoc\b|\bsetAttribute\w*\(\s*[\"'`](style|on\w+|srcdoc)",
    "a style from text": r"\bcssText\b|<style[\s>]|createElement\(\s*[\"'`]style",
    "an element that loads": (
        r"createElement\(\s*[\"'`](script|object|embed|base|meta|link)|<(script|object|embed|base|meta)[\s>]"
    ),
    "trusted types": r"\bcreatePolicy\b|\bcreate(HTML|Script|ScriptURL)\b",
    "cookies": r"document\s*\.\s*cookie|\bcookieStore\b",
    "an order from any window": r"(^|window\.|[^.\w])(addEventListener\(\s*[\"'`]message[\"'`]|onmessage\s*=)",
}
ALLOWED: Final = {
    ("shell/src/frames/clicks.ts", "an order from any window"): "no order: that something was clicked in a frame",
    ("ui/src/templates.ts", "trusted types"): "Solid's own templates, behind the page's one Trusted Types policy",
}
PLANTED: Final = {
    "markup from text": "element.innerHTML = text;",
    "a parser of markup": "document.write(text)",
    "code from text": 'setTimeout("run()", 1)',
    "markup in an attribute": 'element.setAttribute("onclick", text)',
    "a style from text": "element.style.cssText = text",
    "trusted types": 'trustedTypes.createPolicy("mine", rules)',
    "an element that loads": 'document.createElement("script")',
    "cookies": "document.cookie",
    "an order from any window": 'addEventListener("message", obey)',
}

LOOSENED: Final = re.compile(
    r"allow-(same-origin|top-navigation|popups|modals|downloads|pointer-lock|presentation|storage-access|orientation)"
)
SANDBOXING: Final = re.compile(r"\bsandbox\s*[=(]|[\"'`]sandbox[\"'`]|\ballow-scripts\b|credentialless")
FRAMING: Final = re.compile(r"<iframe\b|createElement\(\s*[\"'`]i?frame|<frame\b|<fencedframe\b")


def code_of(text: str) -> str:
    """Without comments: they may speak of what is forbidden."""
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
    return "\n".join(re.sub(r"(^|\s)//.*$", "", line) for line in text.splitlines())


def sources(*packages: str) -> Iterator[tuple[str, str]]:
    for package in packages:
        for path in sorted((PACKAGES / package).rglob("*")):
            name = path.relative_to(PACKAGES).as_posix()
            if path.suffix not in {".ts", ".tsx", ".js", ".html"} or "node_modules" in name or ".test." in name:
                continue
            yield name, code_of(path.read_text(encoding="utf-8"))


def lines(found: re.Pattern[str], name: str, code: str) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}" for number, line in enumerate(code.splitlines(), 1) if found.search(line)
    ]


@pytest.mark.parametrize("kind", SINKS)
def test_the_trusted_page_has_no_way_from_text_to_markup_or_code(kind: str) -> None:
    pattern = re.compile(SINKS[kind])
    found = [
        line
        for name, code in sources(*TRUSTED)
        if (name, kind) not in ALLOWED and not name.endswith(".html")
        for line in lines(pattern, name, code)
    ]
    assert found == []


def test_every_kind_of_sink_is_seen_where_it_is_planted_and_not_in_a_comment() -> None:
    assert PLANTED.keys() == SINKS.keys()
    for kind, line in PLANTED.items():
        assert re.search(SINKS[kind], code_of(f"  {line}")), kind
        assert not re.search(SINKS[kind], code_of(f"/// {line}\n  // {line}\n/* {line} */")), kind


def test_what_is_allowed_is_still_there() -> None:
    for name, kind in ALLOWED:
        assert re.search(SINKS[kind], code_of((PACKAGES / name).read_text(encoding="utf-8"))), (name, kind)


def test_nothing_loosens_a_sandbox() -> None:
    every = [package.name for package in PACKAGES.iterdir() if package.is_dir()]
    assert [line for name, code in sources(*every) for line in lines(LOOSENED, name, code)] == []


def test_one_place_makes_frames_and_says_what_they_may_do() -> None:
    places = {
        name
        for name, code in sources("shell", "ui", "guest", "bridge")
        if SANDBOXING.search(code) or FRAMING.search(code)
    }
    assert places == {FRAME}


def test_the_page_and_the_sealed_page_s_own_header_say_the_same() -> None:
    code = (PACKAGES / FRAME).read_text(encoding="utf-8")
    constant = re.search(r"""SANDBOX = "([a-z -]+)";""", code)
    assert constant is not None
    assert constant.group(1) == SANDBOX
