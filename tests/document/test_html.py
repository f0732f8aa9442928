"""A notebook as one HTML file: what is static, what goes into frames, and that nothing of it becomes markup of ours."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.document import html, ipynb
from fumehood.document.html.markup import ATTRIBUTES, TAGS, element

PLANT = "\"'></pre></p></title></script></textarea><script>planted()</script><img src=x onerror=planted()>"


class Seen(HTMLParser):
    """What a browser would find in the page around the frames."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def exported(*cells: dict[str, Any], title: str = "a.ipynb") -> Seen:
    made = [{"id": f"c{number}", "metadata": {}, **cell} for number, cell in enumerate(cells)]
    notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Seen(html.export(ipynb.read(json.dumps(notebook).encode()), title))


def code(*outputs: dict[str, Any], source: str = "1") -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 3, "source": source, "outputs": list(outputs)}


def display(**data: Any) -> dict[str, Any]:
    named = {key.replace("__", "/"): value for key, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source}


@given(st.lists(st.sampled_from((PLANT, "<!--", "]]>", "\x00", "&lt;", "`", "[a](", "\x1b[3", "\ud800", "\n", "$"))))
def test_whatever_texts_say_the_page_has_no_elements_but_ours(parts: list[str]) -> None:
    text = "".join(parts).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    error = {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]}
    stream = {"output_type": "stream", "name": text, "text": text}
    seen = exported(
        code(stream, error, display(text__plain=text, image__png=text, text__html=text), source=text),
        markdown(text),
        {"cell_type": "raw", "source": text},
        title=text,
    )
    assert {tag for tag, _ in seen.tags} <= TAGS
    assert {name for _, attributes in seen.tags for name in attributes} <= ATTRIBUTES
    assert len(seen.of("script")) == 1
    assert all(frame["sandbox"] == "allow-scripts" for frame in seen.of("iframe"))


def test_the_page_s_policy_is_the_frames_too_and_its_scripts_have_a_nonce_of_their_own() -> None:
    seen, other = exported(code(display(text__html="<b>x</b>"))), exported(code())
    policy, hosts = [one["content"] for one in seen.of("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    (frame,) = seen.of("iframe")
    inner = Seen(frame["srcdoc"] or "")
    assert [one["content"] for one in inner.of("meta") if one.get("http-equiv") == "Content-Security-Policy"] == [
        policy,
        hosts,
    ]
    assert policy is not None and hosts == "script-src 'unsafe-inline' 'unsafe-eval' blob:"
    assert "default-src 'none'" in policy and "frame-src 'none'" in policy and "connect-src 'none'" in policy
    assert "form-action 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    (nonce,) = {script["nonce"] for script in seen.of("script")}
    assert nonce and f"'nonce-{nonce}'" in policy
    assert nonce not in {script["nonce"] for script in other.of("script")}


def test_what_an_output_says_ends_no_script_of_its_frame() -> None:
    text = "</script><script>planted()</script><!--<script>"
    (frame,) = exported(code(display(text__html=text))).of("iframe")
    inner = Seen(frame["srcdoc"] or "")
    assert [script.get("id") for script in inner.of("script")] == ["data", None]
    assert json.loads(inner.text.split("[{", 1)[1].join(("[{", "")).split("}]")[0] + "}]")[0]["text"] == text


def test_static_outputs_are_in_the_page_and_those_that_act_share_frames() -> None:
    seen = exported(
        code(
            {
                "output_type": "stream",
                "name": "stdout",
                "text": ["one\rtwo \x1b[1;31mred\x1b[0m", "\x1b]0;title\x07 end\n"],
            },
            display(image__png="iVBORw0KGgo=\n", text__plain="<Figure>"),
            display(text__html="<b>a</b>"),
            display(**{"image__svg+xml": "<svg/>"}),
            display(text__latex="$x$"),
            display(application__javascript="1"),
        )
    )
    assert seen.of("img")[0]["src"] == "data:image/png;base64,iVBORw0KGgo=" and seen.of("img")[0]["alt"] == "<Figure>"
    assert len(seen.of("iframe")) == 2
    assert {"class": "a-bold a-fg-1"} in seen.of("span")
    assert "two red end" in seen.text and "onetwo" not in seen.text and "0;title" not in seen.text
    assert "$x$" in seen.text and "[3]" in seen.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://you@evil.example", "file:///etc"]
)
def test_a_link_of_markdown_leads_to_the_web_or_nowhere(url: str) -> None:
    seen = exported(markdown(f"[a]({url}) [b](https://example.org/) [c](mailto:a@example.org)"))
    assert [one["href"] for one in seen.of("a")] == ["https://example.org/", "mailto:a@example.org"]


def test_markdown_with_markup_goes_into_a_frame_and_without_it_becomes_elements() -> None:
    seen = exported(
        markdown("a <b onclick=x>b</b>"),
        markdown("# H\n\n| a | b |\n|---|---|\n| 1 | `<i>` |\n\n1. x\n\n```\n<u>\n```"),
    )
    assert len(seen.of("iframe")) == 1 and seen.of("b") == []
    assert len(seen.of("h1")) == 2 and len(seen.of("td")) == 2 and len(seen.of("ol")) == 1
    assert "<i>" in seen.text and "<u>" in seen.text


def test_attachments_are_pictures_and_nothing_is_loaded_from_elsewhere() -> None:
    cell = markdown("![a](attachment:p.png) ![b](https://example.org/x.png)")
    seen = exported({**cell, "attachments": {"p.png": {"image/png": "iVBORw0KGgo="}}})
    assert [one["src"] for one in seen.of("img")] == ["data:image/png;base64,iVBORw0KGgo="]
    assert "image not in this file: b" in seen.text


def test_what_a_library_would_draw_is_said_and_shown_by_its_text() -> None:
    seen = exported(
        code(display(**{"application__vnd.plotly.v1+json": {}, "text__plain": "Figure()"})), code(display(x__y="z"))
    )
    assert "application/vnd.plotly.v1+json is not in this file; its text is" in seen.text
    assert "Figure()" in seen.text and "x/y is not in this file" in seen.text


def test_tags_and_attributes_are_ours_alone() -> None:
    for tag, attributes in (("object", {}), ("p", {"onclick": "x"})):
        with pytest.raises(ValueError, match=r"object|onclick"):
            element(tag, **attributes)
