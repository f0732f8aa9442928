"""What outputs may reach, as clients see it. What it means is in `fumehood.policy`."""

from __future__ import annotations

from typing import Literal

from fumehood.protocol.base import Message

Reach = Literal["scripts", "styles", "connect", "images", "fonts", "media"]
"""The levers that name hosts."""
Origin = Literal["stranger", "own", "boxed"]
"""Where an output comes from: of a file that others may have written; of a run here; of a run here in a kernel whose
sandbox has no network. The strictest of a frame's outputs is the frame's: `boxed`, then `stranger`, then `own`."""
Source = Literal["default", "machine", "user", "notebook", "allowed", "broken"]


class Levers(Message, frozen=True):
    """What is absent is not allowed. Hosts: `https` alone is every host, at port 443."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    connect: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    workers: bool = False
    downloads: bool = False
    plugins: tuple[str, ...] = ()
    """MIME types that sealed frames show; `all` alone is every type, `*` at an end stands for the rest."""


class PolicyOf(Message, frozen=True):
    """Of outputs of one origin."""

    levers: Levers
    cap: Levers
    """What a person could allow at most."""
    sources: dict[str, Source] = {}
    """Which word was the last on each lever that is not the default's."""


class AllowedHost(Message, frozen=True):
    kind: Reach
    host: str


class Problem(Message, frozen=True):
    """Why a policy file cannot be used, or what in a notebook's narrowing cannot be read."""

    file: str
    line: int
    """From 1; 0: of the whole."""
    message: str
    hint: str = ""


class PolicyView(Message, frozen=True):
    """The effective policy of a notebook."""

    own: PolicyOf
    stranger: PolicyOf
    boxed: PolicyOf
    allowed: tuple[AllowedHost, ...] = ()
    """By a person, for this notebook."""
    problems: tuple[Problem, ...] = ()
    """Where a file of policy has one, nothing is reached."""
    files: tuple[str, ...] = ()
    """The policy files that there are."""


class PolicyParams(Message, frozen=True):
    room: str


class AllowParams(Message, frozen=True):
    room: str
    kind: Reach
    host: str


class GuestParams(Message, frozen=True):
    policy: Levers


class GuestPage(Message, frozen=True):
    url: str
    """Absolute address of the sealed page under exactly that policy; empty where no page was built."""
