"""Widgets, from what ipywidgets and anywidget send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, UpdateRefused
from fumehood.document.widgets import MIME, TARGET, WidgetModels
from fumehood.protocol.events import CommClosed, CommMessage, CommOpened
from fumehood.protocol.outputs import BlobRef


class Recorder:
    """The comm of one ipywidgets widget, as a kernel would send it."""

    def __init__(self) -> None:
        self.events: list[Any] = []


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """ipywidgets itself, with a comm that records what it would send."""
    import comm
    from comm.base_comm import BaseComm

    recorder = Recorder()

    class Recording(BaseComm):
        def publish_msg(  # type: ignore[no-untyped-def]
            self, msg_type, data=None, metadata=None, buffers=None, **keys
        ) -> None:
            sent = tuple(bytes(one) for one in buffers or ())
            if msg_type == "comm_open":
                target = keys.get("target_name") or self.target_name
                recorder.events.append(
                    CommOpened(comm=self.comm_id, target=target, data=data or {}, metadata=metadata or {}, buffers=sent)
                )
            elif msg_type == "comm_msg":
                recorder.events.append(CommMessage(comm=self.comm_id, data=data or {}, buffers=sent))
            else:
                recorder.events.append(CommClosed(comm=self.comm_id))

    monkeypatch.setattr(comm, "create_comm", Recording)
    return recorder


def slider(comm: str = "s1", value: int = 5, **more: Any) -> CommOpened:
    """The shape of a comm_open of ipywidgets 8."""
    state = {
        "_model_module": "@jupyter-widgets/controls",
        "_model_module_version": "2.0.0",
        "_model_name": "IntSliderModel",
        "_view_name": "IntSliderView",
        "layout": "IPY_MODEL_layout",
        "value": value,
        "step": None,
        **more,
    }
    data = {"state": state, "buffer_paths": []}
    return CommOpened(comm=comm, target=TARGET, data=data, metadata={"version": "2.1.0"})


def update(comm: str, state: dict[str, Any], paths: Any = (), *buffers: bytes | BlobRef) -> CommMessage:
    data = {"method": "update", "state": state, "buffer_paths": list(paths)}
    return CommMessage(comm=comm, data=data, buffers=buffers)


def test_a_widget_of_ipywidgets_is_followed(kernel: Recorder) -> None:
    import ipywidgets

    models = WidgetModels()
    one = ipywidgets.IntSlider(value=3, description="n")
    one.value = 8
    box = ipywidgets.VBox([one])
    for event in kernel.events:
        models.apply(event)
    found = models.models()
    model = found[one.model_id]
    assert model.target == TARGET and model.metadata == {"version": "2.1.0"}
    assert model.state["value"] == 8 and model.state["_model_name"] == "IntSliderModel"
    assert found[box.model_id].state["children"] == [f"IPY_MODEL_{one.model_id}"]
    assert one.layout.model_id in found
    comm = one.model_id
    one.close()
    models.apply(kernel.events[-1])
    assert comm not in models.models()


def test_binary_traits_are_kept_apart_with_their_paths(kernel: Recorder) -> None:
    import ipywidgets

    models = WidgetModels()
    image = ipywidgets.Image(value=b"\x89PNG one")
    image.value = b"\x89PNG two"
    for event in kernel.events:
        models.apply(event)
    model = models.models()[image.model_id]
    assert model.buffers == {"value": ((("value",), b"\x89PNG two"),)} and "value" not in model.state


def test_the_snapshot_is_what_ipywidgets_would_save(kernel: Recorder) -> None:
    import ipywidgets

    models = WidgetModels()
    image = ipywidgets.Image(value=b"\x89PNG")
    for event in kernel.events:
        models.apply(event)
    saved = models.snapshot()
    assert saved is not None
    theirs = ipywidgets.Widget.get_manager_state(widgets=[image, image.layout])
    for comm, entry in theirs["state"].items():
        assert saved[MIME]["state"][comm] == json.loads(json.dumps(entry))
    assert saved[MIME]["version_major"] == theirs["version_major"]
    again = WidgetModels()
    again.load(saved)
    assert again.snapshot() == saved


def test_the_last_writer_of_a_trait_wins_and_other_traits_stay() -> None:
    models = WidgetModels()
    models.apply(slider())
    models.apply(update("s1", {"value": 6}))
    models.apply(CommMessage(comm="s1", data={"method": "echo_update", "state": {"step": 2}, "buffer_paths": []}))
    models.apply(CommMessage(comm="s1", data={"method": "custom", "content": {"event": "click"}}))
    state = models.models()["s1"].state
    assert (state["value"], state["step"], state["layout"]) == (6, 2, "IPY_MODEL_layout")


def test_a_page_follows_update_by_update() -> None:
    models = WidgetModels()
    page: Doc[Any] = Doc()
    shown: Map[Any] = page.get("models", type=Map)
    models.on_update(page.apply_update)
    models.apply(slider())
    models.apply(update("s1", {"value": 7}))
    assert shown["s1"]["state"]["value"] == 7 and shown["s1"]["target"] == TARGET
    late = WidgetModels()
    other: Doc[Any] = Doc()
    other.apply_update(models.diff(other.get_state()))
    assert other.get("models", type=Map)["s1"]["state"]["value"] == 7
    with pytest.raises(UpdateRefused):
        late.diff(b"\xff")
    models.apply(CommClosed(comm="s1"))
    assert "s1" not in shown


def test_an_update_that_changes_nothing_is_not_sent() -> None:
    models = WidgetModels()
    models.apply(slider())
    told: list[bytes] = []
    end = models.on_update(told.append)
    models.apply(update("s1", {"value": 5, "step": None}))
    models.apply(update("unknown", {"value": 5}))
    assert told == []
    models.apply(update("s1", {"value": 6}))
    assert len(told) == 1 and len(told[0]) < 80
    end()
    models.apply(update("s1", {"value": 7}))
    assert len(told) == 1


def test_nested_buffers_and_blobs_are_kept_by_reference() -> None:
    models = WidgetModels()
    models.apply(slider("a"))
    large = BlobRef(blob="f" * 64, size=10**7)
    models.apply(update("a", {"data": {"x": [None, 1]}}, [["data", "x", 0], ["raw"]], b"abc", large))
    model = models.models()["a"]
    assert model.buffers == {"data": ((("data", "x", 0), b"abc"),), "raw": ((("raw",), large),)}
    assert model.state["data"] == {"x": [None, 1]}
    saved = models.snapshot(lambda ref: b"from the blob" if ref == large else None)
    assert saved is not None and len(saved[MIME]["state"]["a"]["buffers"]) == 2
    assert len(models.snapshot()[MIME]["state"]["a"]["buffers"]) == 1  # type: ignore[index]
    models.apply(update("a", {"data": 1, "raw": None}))
    assert models.models()["a"].buffers == {}


def test_a_comm_that_is_no_widget_is_known_by_what_it_was_opened_with() -> None:
    models = WidgetModels()
    models.apply(CommOpened(comm="x", target="my.target", data={"hello": 1}))
    models.apply(update("x", {"ignored": 1}))
    model = models.models()["x"]
    assert (model.target, model.data) == ("my.target", {"hello": 1})
    assert models.snapshot() is None


def test_a_kernel_that_ended_takes_its_widgets_with_it() -> None:
    models = WidgetModels()
    for number in range(3):
        models.apply(slider(f"s{number}"))
    told: list[bytes] = []
    models.on_update(told.append)
    models.clear()
    assert models.models() == {} and len(told) == 1 and models._total == 0
    models.apply(slider("new"))
    assert list(models.models()) == ["new"]


def test_what_is_malformed_is_left_out() -> None:
    models = WidgetModels()
    models.apply(CommOpened(comm="a", target=TARGET, data={}))
    models.apply(CommOpened(comm="b", target=TARGET, data={"state": [1], "buffer_paths": 5}))
    models.apply(
        CommOpened(comm="c", target=TARGET, data={"state": {"": 1, "k" * 300: 2, "n": float("nan"), "\ud800": 1}})
    )
    bad_paths = ["value", [], [1], [[]], ["ok"], ["x" * 300], [""]]
    models.apply(update("c", {"v": 1}, bad_paths, *([b"z"] * 7)))
    models.apply(update("c", {"w": 1}, [["a"], ["b"]], b"only one"))
    model = models.models()["c"]
    assert model.state == {"n": None, "\ufffd": 1, "v": 1, "w": 1}
    assert set(model.buffers) == {"ok", "a"}
    assert models.models()["b"].state == {}


def test_bounds_hold_and_a_refused_update_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMMS", 2)
    monkeypatch.setattr(limits, "WIDGET_BYTES", 2_000)
    models = WidgetModels()
    models.apply(slider("a"))
    before = models.models()
    with pytest.raises(LimitExceeded):
        models.apply(update("a", {"value": 9, "huge": "x" * 2_000}))
    with pytest.raises(LimitExceeded):
        models.apply(update("a", {"value": 9}, [["b"]], b"x" * 2_000))
    with pytest.raises(LimitExceeded):
        models.apply(slider("b", text="x" * 2_000))
    deep: Any = 1
    for _ in range(limits.JSON_DEPTH + 2):
        deep = [deep]
    with pytest.raises(LimitExceeded):
        models.apply(update("a", {"deep": deep}))
    with pytest.raises(LimitExceeded):
        models.apply(slider("n" * 300))
    assert models.models() == before
    models.apply(slider("b"))
    with pytest.raises(LimitExceeded):
        models.apply(slider("c"))
    models.apply(CommClosed(comm="b"))
    models.apply(slider("c"))
    for number in range(100):  # replacing takes no room
        models.apply(update("a", {"text": "x" * 500 + str(number)}))


def test_ten_thousand_moves_of_a_slider_leave_a_small_document() -> None:
    models = WidgetModels()
    models.apply(slider())
    before = len(models.state())
    for number in range(10_000):
        models.apply(update("s1", {"value": number}))
    assert len(models.state()) < before + 200


def test_a_saved_state_that_lies_is_read_as_far_as_it_makes_sense() -> None:
    models = WidgetModels()
    buffers: list[Any] = [
        {"data": "!", "encoding": "base64", "path": ["x"]},
        {"data": "616263", "encoding": "hex", "path": ["y"]},
        {"data": "zz", "encoding": "hex", "path": ["z"]},
        5,
        {"path": ["w"]},
    ]
    state = {"a": {"model_name": "M", "state": {"v": 1}, "buffers": buffers}, "b": 5, "c": {"state": []}}
    models.load({MIME: {"state": state}})
    model = models.models()["a"]
    assert model.state == {"_model_name": "M", "v": 1}
    assert model.buffers["y"] == ((("y",), b"abc"),)
    nothings: list[Any] = [{}, {MIME: 5}, {MIME: {"state": []}}]
    for nothing in nothings:
        WidgetModels().load(nothing)


names = st.sampled_from(["a", "b"])
paths = st.lists(st.lists(names | st.integers(0, 2), max_size=2), max_size=2)
messages = st.one_of(
    st.builds(
        CommOpened,
        comm=names,
        target=st.sampled_from([TARGET, "x"]),
        data=st.fixed_dictionaries(
            {}, optional={"state": st.dictionaries(names, st.integers()), "buffer_paths": paths}
        ),
        buffers=st.lists(st.binary(max_size=3), max_size=2).map(tuple),
    ),
    st.builds(update, names, st.dictionaries(names, st.integers() | st.text(max_size=3))),
    st.builds(CommClosed, comm=names),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(messages, max_size=15))
def test_a_page_has_what_the_daemon_has_after_any_messages(events: list[Any]) -> None:
    models = WidgetModels()
    page: Doc[Any] = Doc()
    shown: Map[Any] = page.get("models", type=Map)
    models.on_update(page.apply_update)
    for event in events:
        models.apply(event)
    assert set(shown.keys()) == set(models.models())
    for comm, model in models.models().items():
        assert dict(shown[comm]["state"].items()) == model.state
    assert models._total == sum(sum(sizes.values()) for sizes in models._sizes.values())


def test_a_file_keeps_no_front_ends_which_a_kernel_sends_with_its_widgets() -> None:
    models = WidgetModels()
    front = {"_model_module": "fumehood", "_model_name": "FrontEnd", "name": "map-widget"}
    data = {"state": front, "buffer_paths": [["text"]]}
    models.apply(CommOpened(comm="f", target=TARGET, data=data, buffers=(b"define([])",)))
    named = {"_model_module": "map-widget", "_front_ends": {"map-widget": "IPY_MODEL_f"}, "zoom": 3}
    models.apply(CommOpened(comm="w", target=TARGET, data={"state": named, "buffer_paths": []}))
    assert models.reached(["w"]) == {"w", "f"}
    saved = models.snapshot()
    assert saved is not None
    assert saved[MIME]["state"]["w"]["state"] == {"_model_module": "map-widget", "zoom": 3}
    assert set(saved[MIME]["state"]) == {"w"}
