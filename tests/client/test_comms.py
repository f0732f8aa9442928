"""Widgets of a real kernel as a client sees and moves them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import fumehood.client
from fumehood.client import Client

Make = Callable[..., Path]

SLIDER = "import ipywidgets\nslider = ipywidgets.IntSlider(value=3, max=10)\nslider"


async def test_widgets_are_there_with_their_state_and_can_be_moved(client: Client, make_notebook: Make) -> None:
    path = make_notebook(SLIDER, "slider.value", "slider.value = 9")
    async with client.open(path) as notebook:
        assert await notebook.widgets() == {}
        (await notebook.execute("c0")).raise_for_error()
        models = await _until_models(client, notebook)
        comm, slider = next(item for item in models.items() if item[1].state.get("_model_name") == "IntSliderModel")
        assert slider.target == "jupyter.widget"
        assert slider.state["value"] == 3
        assert str(slider.state["layout"]).removeprefix("IPY_MODEL_") in models
        await notebook.send_comm(comm, {"method": "update", "state": {"value": 7}, "buffer_paths": []})
        assert (await notebook.execute("c1")).value == "7"
        (await notebook.execute("c2")).raise_for_error()
        await client.status()
        assert (await notebook.widgets())[comm].state["value"] == 9
        await notebook.close()


async def _until_models(client: Client, notebook: fumehood.client.Notebook) -> dict[str, fumehood.client.Model]:
    for _ in range(50):
        await client.status()
        if models := await notebook.widgets():
            return models
    raise AssertionError("no widgets came")


async def test_widgets_are_there_again_after_the_daemon_was_killed(fumehood_home: Path, make_notebook: Make) -> None:
    async with fumehood.client.connect("test") as client, client.open(make_notebook(SLIDER)) as notebook:
        (await notebook.execute("c0")).raise_for_error()
        before = await _until_models(client, notebook)
        os.kill((await client.status()).pid, signal.SIGKILL)
        after = await _until_models(client, notebook)
        assert after.keys() == before.keys()
        assert {comm: one.state for comm, one in after.items()} == {comm: one.state for comm, one in before.items()}
        await notebook.close()
