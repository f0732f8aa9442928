"""Hooks as decorators: `@viewer.on_selection` before a function that takes the selection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from fumehood.viewer import events

SelectionHook = TypeVar("SelectionHook", bound=Callable[[events.Selection], object])
ReadyHook = TypeVar("ReadyHook", bound=Callable[[events.Ready], object])
HoverHook = TypeVar("HoverHook", bound=Callable[[events.Hover], object])
ClickHook = TypeVar("ClickHook", bound=Callable[[events.Click], object])
GroupHook = TypeVar("GroupHook", bound=Callable[[Any], object])
AnyHook = TypeVar("AnyHook", bound=Callable[[Any], object])


class Decorators(ABC):
    @abstractmethod
    def register_hook(self, event: str, hook: Callable[[Any], object]) -> None: ...

    def on_ready(self, hook: ReadyHook) -> ReadyHook:
        """A page has drawn; again for each display and each reload."""
        self.register_hook("ready", hook)
        return hook

    def on_selection(self, hook: SelectionHook) -> SelectionHook:
        """`selection.cells`, `.obs_names`, `.mask`, `.source`."""
        self.register_hook("selection", hook)
        return hook

    def on_hover(self, hook: HoverHook) -> HoverHook:
        """`hover.cell`, or None; only the last counts where they come faster than the hook runs."""
        self.register_hook("hover", hook)
        return hook

    def on_click(self, hook: ClickHook) -> ClickHook:
        self.register_hook("click", hook)
        return hook

    def on_group(self, hook: GroupHook) -> GroupHook:
        """The person keeps cells under a name, or no longer does (`GroupGone`)."""
        self.register_hook("group", hook)
        return hook

    def on_message(self, hook: AnyHook) -> AnyHook:
        """Everything that a page says, of whatever kind."""
        self.register_hook("any", hook)
        return hook
