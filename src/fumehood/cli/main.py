"""`hood`: parses the words, runs the command, says what went wrong, gives the exit status.

Errors are `error[code]: message` and a hint on standard error (with `--json` also one JSON object on standard
output); the exit status is that of the error's class (`core.errors`).
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from fumehood.cli.parser import make_parser
from fumehood.core.errors import HoodError, Internal

HANGUP = 129
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    arguments = make_parser().parse_args(argv)
    as_json = bool(getattr(arguments, "json", False))
    try:
        status: int = arguments.load(arguments)
        sys.stdout.flush()
        return status
    except HoodError as error:
        return report(error, as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has gone (`hood ps | head`): nothing to say, and nothing more may be written at the exit.
        _silence()
        return BROKEN_PIPE
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EIO:
            # The terminal was closed, and SIGHUP comes a moment later.
            _silence()
            return HANGUP
        if os.environ.get("FUMEHOOD_DEBUG"):
            raise
        return report(Internal(f"{type(error).__name__} in `hood {arguments.name}`.", hint=_DEBUG), as_json)


_DEBUG = "FUMEHOOD_DEBUG=1 shows where; please report it."


def _silence() -> None:
    from fumehood.cli.stopping import silence

    silence(sys.stdout, sys.stderr)


def report(error: HoodError, as_json: bool) -> int:
    """Says it; gives the exit status."""
    from fumehood.cli import terminal, words

    if as_json:
        words.say_json({"event": "error", **as_fields(error)})
    head = words.paint(f"error[{error.code}]:", words.RED, sys.stderr)
    words.note(f"{head} {terminal.line(error.message, 2000)}")
    if error.hint:
        words.note(f"  {terminal.line(error.hint, 2000)}", words.DIM)
    return error.exit_status


def as_fields(error: HoodError) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "hint": error.hint}


if __name__ == "__main__":
    sys.exit(main())
