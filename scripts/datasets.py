"""docs/reference/dataset-server.md: the wire of the dataset server, from its table of routes and its messages."""

from __future__ import annotations

import inspect
from pathlib import Path

from fumehood.core import limits
from fumehood.datasets import resources
from fumehood.doors.datasets import legacy
from fumehood.doors.datasets.table import BUNDLE_TYPE, ENTRIES, REQUEST, Caller
from fumehood.protocol import datasets, viewer
from scripts.reference import FOLDER, NOTE

_HOLDS = {
    Caller.ANYBODY: "nothing",
    Caller.CODE: "a one-time code",
    Caller.BEARER: "the bearer",
    Caller.VIEWER: "the bearer and the viewer's token",
}


def files() -> dict[Path, str]:
    return {FOLDER / "dataset-server.md": _page()}


def _page() -> str:
    _, _, names = inspect.cleandoc(resources.__doc__ or "").partition("Our own names:\n")
    return "\n".join(
        (
            "# The dataset server\n",
            NOTE,
            "What `hood view`, `fumehood.show` over HTTP and `fumehood.serve` answer, on 127.0.0.1. Everything that "
            "there is stands in this table; the paths of cellucid 0.0.9 mean what they mean there.\n",
            "| path | verbs | a caller must hold | what it is |\n|---|---|---|---|",
            *(
                f"| `{entry.route.path}` | {', '.join(entry.route.methods)} | {_HOLDS[entry.caller]} | {entry.what} |"
                for entry in ENTRIES
            ),
            "\n## Who may call\n",
            _prose(datasets.__doc__),
            "Before that every request is held against: `Host`, which must be `127.0.0.1` or `localhost` with the "
            "server's port or one of `--public-port` (else 421); `Origin`, which where there is one must be the very "
            "origin that `Host` makes (else 403); `Sec-Fetch-*`, which browsers add (else 403). Answers carry no CORS "
            "headers, set no cookies and never redirect. Refusals are fixed sentences as plain text: 400, 401, 403, "
            "404, 405, 406, 409, 413, 416, 421, 500, 503.\n",
            "## Resources\n",
            "A resource comes with a strong `ETag` for each encoding, answers `If-None-Match` with 304, and a single "
            "`Range` with 206 or 416 (`If-Range` is honoured; parts are of the plain bytes). `Accept-Encoding` is "
            "read with its weights: zstd, br, gzip, made once and kept. `HEAD` says what `GET` would. A query is "
            "ignored. With one dataset its resources lie at `/`, with its id before them if a client likes; with "
            "several, each lies in the folder that `/_cellucid/datasets` tells.\n",
            "Names of cellucid's: `dataset_identity.json`, `obs_manifest.json`, `var_manifest.json`, "
            "`connectivity_manifest.json`, and the files that they declare. Of an exported folder these are the files "
            "themselves. Beside them, for every dataset:\n",
            f"```text\n{inspect.cleandoc(names)}\n```\n",
            "## Events and commands\n",
            f"`POST /_fumehood/events`, `Content-Type: {viewer.EVENT_TYPE}`: one event of `fumehood.protocol.viewer` "
            "and its buffers, each behind its length (u32, little-endian). `sequence` grows with each event of a page; "
            "one that was heard before is answered 409. "
            f"At most {limits.VIEW_BUFFER // limits.MIB} MiB, with `Content-Length`.\n",
            "`GET /_fumehood/commands`: an answer without an end, one JSON object a line (`Line` of that module); an "
            "empty line says that the server is there. The buffers that a line names are fetched once, at "
            '`/_fumehood/buffers/{id}`. `{"ended": …}` is the last line.\n',
            "`POST /_cellucid/events`, `application/json`: an event in cellucid's words, with `viewerId` and our "
            f"`sequence`; at most {limits.VIEW_EVENT // limits.MIB} MiB.\n",
            f"`POST /_cellucid/session_bundle`, `Content-Type: {BUNDLE_TYPE}`, `{REQUEST}`: the name under which the "
            f"session was asked for; at most {limits.VIEW_BUNDLE // limits.MIB} MiB. It becomes a file without a name; "
            "no event ever names a file.\n",
            "## `--legacy`\n",
            _prose(legacy.__doc__),
            "Events are answered as 0.0.9 answers them, a bundle takes `viewerId` and `requestId` from the query, and "
            f"answers are readable for {' and '.join(legacy.WEB_APP)}.\n",
            "## Bounds\n",
            f"{limits.VIEW_CONNECTIONS} connections (the one that was idle longest makes room), "
            f"{limits.VIEW_IDLE_SECONDS:.0f} s for a request's head and between requests, "
            f"{limits.VIEW_STALL_SECONDS:.0f} s for a part of a body or of an answer to be taken, "
            f"{limits.VIEW_READERS} long reads and 2 short ones at once, {limits.VIEW_WAITING} that wait.\n",
        )
    )


def _prose(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("``", "`") + "\n"
