"""What a page says to the dataset server before and beside the viewer's own messages (`protocol.viewer`).

`POST /_fumehood/session` exchanges a one-time code for a bearer, which every request for data carries in
`Authorization: Bearer …`. Where the viewing belongs to Python, the answer names the viewer and its token, which events,
bundles and the stream of commands carry beside it in `X-Fumehood-Viewer`.
"""

from __future__ import annotations

import msgspec

from fumehood.protocol.base import Message


class ViewingResult(Message, frozen=True):
    """What `/_fumehood/session` answers."""

    bearer: str
    viewer: str = ""
    """Empty: nobody listens to events of this viewing, and nobody sends it commands."""
    token: str = ""


class CellucidHead(msgspec.Struct, frozen=True):
    """The same of an event as cellucid has it; `sequence` is ours, and must be there but for `--legacy`."""

    viewerId: str
    sequence: int = -1


class EventResult(Message, frozen=True):
    """What an event is answered, as cellucid words it."""

    status: str
    delivered: bool


class BundleResult(Message, frozen=True):
    """What a bundle is answered, as cellucid words it."""

    status: str
    bytes: int


class Stopped(Message, frozen=True):
    """The last line of `/_fumehood/commands`; the page does not come again by itself."""

    ended: str
    """`server`: it stops. `newer`: the viewer was opened in another window. `stopped`: Python stopped the viewer."""
