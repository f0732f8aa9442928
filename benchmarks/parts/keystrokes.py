"""What one keystroke leaves behind: typing in a cell, key by key, and then the bytes that are stored for it."""

from __future__ import annotations

import random

from benchmarks.bench import Bench
from benchmarks.measured import Row
from fumehood.client import Notebook

KEYS = 5_000
WORDS = ("adata", "import", "scanpy", "as", "sc", "plot", "=", "(", ")", "1.0", "for", "cell", "in", "range", "\n")


async def measure(bench: Bench) -> list[Row]:
    from fumehood.document.notebook import Notebook as Document

    async with bench.ours() as ours:
        assert ours.client is not None
        await ours.warm()
        paths = ours.client.paths
        notebook = await ours.client.open(bench.place() / "typed.ipynb", create=True)
        cell = notebook.append("").cell
        await notebook.flush()
        keys = bench.times(KEYS, 1_000)
        await type_away(notebook, cell, keys)
        text = notebook.source(cell)
        state = notebook._room.document.state()
        empty = Document()
        empty.insert(None, "code", "", {}, notebook.cell(cell).id)
        compacted = (len(state) - len(empty.state())) / keys
        await notebook.close()
        await ours.stop()
        journal = sum(path.stat().st_size for path in paths.state.glob("journal*")) / keys
    note = f"{keys:,} keys, {len(text):,} characters remain"
    return [
        Row(
            what="CRDT bytes a keystroke, compacted",
            who="fumehood",
            unit="B",
            samples=[compacted],
            budget=4.0,
            note=note,
        ),
        Row(
            what="journal file, all told", who="fumehood", unit="B a key", samples=[journal], note="SQLite's pages, too"
        ),
    ]


async def type_away(notebook: Notebook, cell: str, keys: int) -> None:
    """Words are typed key by key; one key in nine takes one back, in bursts, as people correct themselves; and every
    hundred keys the cursor goes elsewhere.
    """
    draw = random.Random(1)
    at, waiting, back = 0, "", 0
    for number in range(keys):
        length = len(notebook.source(cell))
        if number % 100 == 99:
            at, waiting, back = draw.randrange(length + 1), "", 0
        if not back and draw.random() < 0.02:
            back = draw.randint(1, 10)
        if back and at:
            at, back = at - 1, back - 1
            notebook.splice(cell, at, 1, "")
        else:
            waiting, back = waiting or draw.choice(WORDS) + " ", 0
            notebook.splice(cell, at, 0, waiting[0])
            at, waiting = at + 1, waiting[1:]
        if number % 50 == 0:
            await notebook.flush()
    await notebook.flush()
