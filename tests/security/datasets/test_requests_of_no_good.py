"""Requests that are read in two ways, or cost more than they say, from a page that may read the data: one answer each,
which is the refusal or the plain one, and no room taken for what they claim."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from fumehood.protocol.viewer import EVENT_TYPE
from tests.doors.dataset_bench import POINTS, Bench, say, started

MIB = 1 << 20


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = started()
    yield made
    made.server.stop()


def statuses(bench: Bench, *lines: str, body: bytes = b"") -> list[int]:
    """Of each answer to these lines, where HOST and BEARER stand for what a page says."""
    text = "\r\n".join(lines).replace("HOST", f"Host: {bench.host}").replace("BEARER", bench.proof[0])
    said = say(bench.server.port, text.encode("latin-1") + b"\r\n\r\n" + body, patience=10)
    return [int(part.split(b" ")[1]) for part in said.split(b"HTTP/1.")[1:]]


INSIDE = b"0\r\n\r\nGET /points_2d.bin HTTP/1.1\r\nHOST\r\nBEARER\r\n\r\n"
TWO_WAYS = {
    "a length and chunks": [
        "POST /_fumehood/session HTTP/1.1",
        "HOST",
        "Content-Length: 4",
        "Transfer-Encoding: chunked",
    ],
    "two lengths": ["POST /_fumehood/session HTTP/1.1", "HOST", "Content-Length: 4", "Content-Length: 60"],
    "a length with a sign": ["POST /_fumehood/session HTTP/1.1", "HOST", "Content-Length: +4"],
    "a folded line": ["GET /points_2d.bin HTTP/1.1", "HOST", " BEARER"],
    "a space before the colon": ["GET /points_2d.bin HTTP/1.1", "HOST", "Authorization : Bearer x"],
    "an unknown coding": [
        "POST /_fumehood/session HTTP/1.1",
        "HOST",
        "Transfer-Encoding: xchunked",
        "Content-Length: 4",
    ],
    "a version of its own": ["GET /points_2d.bin HTTP/9.9", "HOST", "BEARER"],
    "chunks that describe themselves at length": [
        *("POST /_fumehood/ask HTTP/1.1", "HOST", "BEARER", f"Content-Type: {EVENT_TYPE}"),
        *("Transfer-Encoding: chunked", "", f"1;{'a' * 100_000}"),
    ],
    "more fields than anybody has": ["GET / HTTP/1.1", "HOST", *(f"a{number}: b" for number in range(20_000))],
    "nine hundred encodings": [
        "GET /points_2d.bin HTTP/1.1",
        "HOST",
        "BEARER",
        "Accept-Encoding: " + "br;q=0.1," * 900,
    ],
}


@pytest.mark.parametrize("lines", TWO_WAYS.values(), ids=TWO_WAYS)
def test_what_may_be_read_in_two_ways_is_refused_whole(bench: Bench, lines: list[str]) -> None:
    before = psutil.Process().memory_info().rss
    inside = INSIDE.replace(b"HOST", f"Host: {bench.host}".encode()).replace(b"BEARER", bench.proof[0].encode())
    reads = len(bench.table.reads)
    found = statuses(bench, *lines, body=inside)
    assert len(found) == 1 and 400 <= found[0] < 500, found
    assert len(bench.table.reads) == reads, "what lay inside of it was answered"
    assert psutil.Process().memory_info().rss < before + 8 * MIB


def test_five_hundred_parts_are_not_made_of_one_body(bench: Bench) -> None:
    wanted = "Range: bytes=" + ",".join(f"{number}-{len(POINTS) - 1}" for number in range(500))
    answer = bench.get("/points_2d.bin", wanted)
    assert answer.status in (200, 416) and len(answer.body) <= len(POINTS)


def test_a_host_in_another_spelling_is_another_host(bench: Bench) -> None:
    port = bench.server.port
    for host in (
        f"127.1:{port}",
        f"0x7f.0.0.1:{port}",
        f"2130706433:{port}",
        f"127.0.0.1:0{port}",
        f"127.0.0.1:{port}.",
    ):
        assert bench.ask("/points_2d.bin", bench.proof[0], host=host).status in (400, 421), host
    for host in (f"[::1]:{port}", f"user@127.0.0.1:{port}", f"127.0.0.1:{port}/x", f"127.0.0.1:{port},evil.example"):
        assert bench.ask("/points_2d.bin", bench.proof[0], host=host).status in (400, 421), host


def test_a_name_in_another_spelling_is_another_name(bench: Bench) -> None:
    for path in (
        "/gene/%D9%A0",
        "/gene/00",
        "/gene/+0",
        "/gene/0x0",
        "/gene/-1",
        "/gene/4294967296",
        "/points_2d.bin;x",
    ):
        assert bench.get(path).status == 404, path
    for path in ("//points_2d.bin", f"http://{bench.host}/points_2d.bin", "/points_2d.bin%00", "/%2e%2e/points_2d.bin"):
        assert bench.get(path).status in (400, 404), path


def test_who_asks_ever_on_and_reads_nothing_takes_no_room(bench: Bench) -> None:
    one = f"GET /points_2d.bin HTTP/1.1\r\nHost: {bench.host}\r\n{bench.proof[0]}\r\n\r\n".encode()
    before = psutil.Process().memory_info().rss
    with socket.create_connection(("127.0.0.1", bench.server.port), timeout=1) as sock:
        try:
            for _ in range(200):
                sock.sendall(one * 100)
        except TimeoutError:
            pass
        assert bench.get("/_cellucid/health").status == 200
        assert psutil.Process().memory_info().rss < before + 16 * MIB


def test_a_question_that_is_none_costs_nothing(bench: Bench) -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    wrong: list[Any] = [[[]] * 50, {"kind": "nothing"}, {"kind": "compare"}, None, "x" * 100_000, deep]
    for question in wrong:
        said = json.dumps({"type": "ask", "viewer": "", "page": "p", "request": 1, "question": question}).encode()
        words = (*bench.proof, f"Content-Type: {EVENT_TYPE}")
        body = len(said).to_bytes(4, "little") + said
        assert bench.ask("/_fumehood/ask", *words, method="POST", body=body).status == 400
    assert bench.ask("/points_2d.bin", bench.proof[0], bench.proof[0]).status == 401, "two bearers are none"
