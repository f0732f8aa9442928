"""Bytes that were costly to make, kept within a budget: what was used longest ago goes first.

Two threads that want the same thing make it once: the second waits for the first. A maker runs outside the lock, so a
slow one holds up nobody who wants something else; one that fails leaves nothing behind, and who waited tries again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self._limit = limit
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._making: dict[Hashable, threading.Event] = {}
        self.bytes = 0

    def peek(self, key: Hashable) -> Value | None:
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
            return found

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        while True:
            with self._lock:
                found = self._values.get(key)
                if found is not None:
                    self._values.move_to_end(key)
                    return found
                busy = self._making.get(key)
                if busy is None:
                    busy = self._making[key] = threading.Event()
                    break
            busy.wait()
        try:
            made = make()
            self.put(key, made)
            return made
        finally:
            with self._lock:
                del self._making[key]
            busy.set()

    def put(self, key: Hashable, value: Value) -> None:
        size = self._size(value)
        if size > self._limit // 2:
            return  # it would drive out everything else, to be driven out by the next one
        with self._lock:
            old = self._values.pop(key, None)
            if old is not None:
                self.bytes -= self._size(old)
            self._values[key] = value
            self.bytes += size
            while self.bytes > self._limit:
                _, gone = self._values.popitem(last=False)
                self.bytes -= self._size(gone)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self.bytes = 0
