"""Where an output comes from, which decides what it may reach (design, section 6). Pure."""

from __future__ import annotations

from fumehood.protocol.policy import Origin


def origin_of(*, ran_here: bool, network: bool = True) -> Origin:
    """`ran_here`: this user's journal has it from a run. `network`: whether its kernel can reach one."""
    if not ran_here:
        return "stranger"
    return "own" if network else "boxed"
