"""Clients of dataset servers: one request after the other on a connection that is kept where the server keeps it."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

ACCEPT = "gzip, deflate, br, zstd"
"""What Chromium sends."""


class Got(NamedTuple):
    status: int
    size: int
    ms: float


class Reader:
    def __init__(self, port: int, bearer: str = "") -> None:
        self._port = port
        self._headers = {"Accept-Encoding": ACCEPT} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Got:
        """The whole body, as it came. A server that hangs up is asked anew on a new connection."""
        began = time.perf_counter()
        for attempt in (1, 2, 3):
            fresh = self._connection is None
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            try:
                self._connection.request("GET", f"/{path}", headers=self._headers)
                answer = self._connection.getresponse()
                size = len(answer.read())
            except (http.client.HTTPException, ConnectionError):
                self.close()
                if fresh and attempt == 3:
                    raise
                continue
            if answer.will_close:
                self.close()
            return Got(answer.status, size, 1000 * (time.perf_counter() - began))
        raise ConnectionError(path)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        self._connection.request("POST", path, body, self._headers | headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.will_close:
            self.close()
        return answer.status

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Load(NamedTuple):
    genes_a_second: float
    each: list[float]
    """Milliseconds."""


def load(port: int, bearer: str, jobs: Sequence[Sequence[str]], seconds: float) -> Load:
    """A thread for each list of paths, all at once, for `seconds` at most."""
    until = time.perf_counter() + seconds
    each: list[float] = []
    lock = threading.Lock()

    def work(paths: Sequence[str]) -> None:
        reader = Reader(port, bearer)
        for path in paths:
            if time.perf_counter() > until:
                break
            got = reader.get(path)
            assert got.status == 200, (path, got)
            with lock:
                each.append(got.ms)
        reader.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(paths,)) for paths in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(len(each) / (time.perf_counter() - began), each)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
