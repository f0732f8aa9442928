"""`room.export`: what the room shows at this moment, also what the file does not say yet."""

from __future__ import annotations

import json
from pathlib import Path

from fumehood.core.ids import BlobHash
from fumehood.daemon.services import Settings
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House

LATE = Settings(pool=0, linger=0.05, autosave_quiet=600, autosave_max=600, watch=False)


async def test_a_room_is_exported_with_what_was_not_saved_yet(home: Path) -> None:
    output = {"output_type": "display_data", "data": {"text/html": "<i>saved</i>"}, "metadata": {}}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "source": "1", "outputs": [output]}
    file = home / "a.ipynb"
    file.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    before = file.read_bytes()
    house, person = House(home, LATE), RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "typed <now>")
    exported: m.Exported = await house.call(person, "room.export", m.RoomParams(room=opened.room))
    text = house.room(opened).services.blobs.read(BlobHash(exported.html.blob)).decode()
    assert text.startswith("<!DOCTYPE html>") and "typed &lt;now&gt;" in text
    assert 'sandbox="allow-scripts"' in text and "<i>saved" not in text
    assert file.read_bytes() == before
    await house.close()
