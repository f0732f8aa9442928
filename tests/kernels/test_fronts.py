from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fumehood.kernels.fronts import HERE, LARGEST, needs_of, text_of
from tests.kernels.conftest import Start
from tests.kernels.listening import reply_of, run

OPEN = """
import comm
def opened(module):
    state = {{"_model_module": module, "_model_name": "M", "_view_module": module}}
    comm.create_comm(target_name="jupyter.widget", data={{"state": state, "buffer_paths": []}}, metadata={{}})
for module in {modules!r}:
    opened(module)
"""


def install(folder: Path, module: str, text: str) -> None:
    place = folder / "nbextensions" / module
    place.mkdir(parents=True)
    (place / "index.js").write_text(text)


async def opened(start: Start, share: Path, *modules: str) -> list[dict[str, Any]]:
    kernel, listener = await start(env={"JUPYTER_PATH": str(share)})
    said = await run(kernel, listener, OPEN.format(modules=modules))
    assert reply_of(said)["status"] == "ok", reply_of(said)
    return [
        {"id": m.content["comm_id"], **m.content["data"]["state"], "buffers": [bytes(b) for b in m.buffers]}
        for m in said
        if m.msg_type == "comm_open"
    ]


async def test_a_front_end_comes_once_before_the_widgets_that_name_it(start: Start, tmp_path: Path) -> None:
    text = 'define(["@jupyter-widgets/base"], (base) => ({}));'
    install(tmp_path, "map-widget", text)
    front, first, second = await opened(start, tmp_path, "map-widget", "map-widget")
    assert (front["name"], front["_model_module"], front["buffers"]) == ("map-widget", "fumehood", [text.encode()])
    assert first["_front_ends"] == second["_front_ends"] == {"map-widget": "IPY_MODEL_" + front["id"]}


async def test_what_a_front_end_needs_comes_with_it(start: Start, tmp_path: Path) -> None:
    install(tmp_path, "outer", 'define(["inner", "@jupyter-widgets/base", "absent"], () => ({}));')
    install(tmp_path, "inner", 'define(["outer"], () => ({}));')
    inner, outer, widget = await opened(start, tmp_path, "outer")
    assert (inner["name"], outer["name"]) == ("inner", "outer")
    assert outer["_front_ends"] == {"inner": "IPY_MODEL_" + inner["id"]}
    assert widget["_front_ends"] == {"outer": "IPY_MODEL_" + outer["id"]}


async def test_widgets_of_what_the_page_has_are_opened_as_they_are(start: Start, tmp_path: Path) -> None:
    for module in HERE:
        install(tmp_path, module, "never")
    found = await opened(start, tmp_path, *sorted(HERE))
    assert [one["_model_module"] for one in found] == sorted(HERE)
    assert not any("_front_ends" in one for one in found)


async def test_a_widget_without_a_front_end_is_opened_as_it_is(start: Start, tmp_path: Path) -> None:
    (found,) = await opened(start, tmp_path, "nowhere")
    assert "_front_ends" not in found


def test_a_module_is_a_name_and_no_way_through_the_folders(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    install(tmp_path / "share", "here", "text")
    install(tmp_path, "there", "secret")
    assert text_of("here") == b"text"
    assert text_of("@scope/here") == b"text"
    for name in ("../../nbextensions/there", "..", "here/../here", "", "/etc", json.dumps({})):
        assert text_of(name) is None


def test_what_a_module_has_in_its_own_folder_is_found_beside_it(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    install(tmp_path, "scenes", "define(['three'])")
    (tmp_path / "nbextensions" / "scenes" / "three.js").write_text("of its own")
    assert text_of("three", "scenes") == b"of its own"
    assert text_of("three") is None


def test_one_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    install(tmp_path, "large", "")
    with (tmp_path / "nbextensions" / "large" / "index.js").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert text_of("large") is None


def test_what_a_module_needs_is_read_from_its_text() -> None:
    assert needs_of(b'define("name",["a", \'b\'],function(){})') == ["a", "b"]
    assert needs_of(b"define(()=>({}))") == []
