"""The process that builds one gene-major store: `background.py` starts it and listens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from fumehood.core.errors import FileChanged, HoodError
from fumehood.core.heap import give_back_large
from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.genes.background import News, Task
from fumehood.datasets.genes.building import Cancelled, build, room_needed
from fumehood.datasets.genes.keys import key
from fumehood.datasets.genes.shelf import discard, make_room
from fumehood.datasets.opening import open_dataset

_NICE = 10


def main() -> int:
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    os.nice(_NICE)
    give_back_large()
    try:
        _build(task)
        _say(News(done=1.0, finished=True))
    except Cancelled:
        return 1
    except HoodError as error:
        _say(News(code=error.code, message=error.message, hint=error.hint))
        return 1
    return 0


def _build(task: Task) -> None:
    dataset = open_dataset(Path(task.source), OpenOptions(**task.options))
    try:
        reader, target = dataset.reader(), Path(task.target)
        if key(reader, Path(task.source)) != task.key:
            raise FileChanged("The dataset changed since it was opened.", hint="Open it again.")
        if task.room:
            make_room(Path(task.room), room_needed(reader))
        readers = 0 if task.room else Path(task.source).stat().st_mode  # beside the dataset it is for who reads that
        build(reader, task.key, target, lambda done: _say(News(done=done)), readers=readers)
        if key(reader, Path(task.source)) != task.key:
            discard(target)
            raise FileChanged("The dataset changed while its genes were put in order.", hint="Open it again.")
    finally:
        dataset.close()


def _say(news: News) -> bool:
    """False when nobody listens any more: no fault of the disk, so what was built stays for the next one."""
    try:
        os.write(sys.stdout.fileno(), msgspec.json.encode(news) + b"\n")
    except BrokenPipeError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
