"""Who may come in: one-time codes, and the bearers that they are exchanged for. State alone; the clock is given.

A code is what a link carries: 32 random bytes, good for one exchange within a minute or so. It is not stored:
the table holds SHA-256 of it, and a guess is compared with every entry in constant time. A bearer is what a page keeps.
It is said once, in that exchange; afterwards both sides prove to each other that they have it (`proofs`), so that it
must be known here, in memory alone. A code that comes a second time was seen by two: then the bearer that it gave ends,
with every code and bearer that came of it, because nobody can tell which of the two the user is (decision 0008). Must
never let a code be exchanged twice, whatever happens in between.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, NewType

from fumehood.core import limits
from fumehood.core.errors import Busy, PassRefused
from fumehood.doors.proofs import proof

Key = NewType("Key", bytes)
"""SHA-256 of a code or a bearer: names it, and lets nobody in."""


class Exchanged(NamedTuple):
    bearer: str
    code: Key
    """Of the code that is used up now."""


class Greeting(NamedTuple):
    """One page that asks to come in."""

    bearer: Key
    answered: str
    """32 random bytes of ours."""
    proof: str
    """That we are the gateway which gave the bearer."""
    expected: str
    """What the page has to say to that."""

    def accepts(self, proof: str) -> bool:
        return hmac.compare_digest(self.expected.encode(), proof.encode("utf-8", "surrogatepass"))


class _Code(NamedTuple):
    expires: float
    bearer: Key | None
    """What it was exchanged for."""
    giver: Key | None
    """The bearer that asked for it; `None`: the gateway itself gave it out."""
    only: str | None = None
    """The notebook whose outputs the window shows; `None`: all is open to it."""


def fresh() -> str:
    """32 random bytes as 43 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def key(secret: str) -> Key:
    return Key(hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest())


class Passes:
    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        token: Callable[[], str] = fresh,
        revoked: Callable[[Key], None] = lambda _: None,
        seconds: float | None = None,
    ) -> None:
        """`revoked` is told of each bearer that ends before the door does; `seconds`: how long a code is good for,
        `limits.CODE_SECONDS` where it is not said."""
        self._clock = clock
        self._seconds = limits.CODE_SECONDS if seconds is None else seconds
        self._token = token
        self._revoked = revoked
        self._codes: dict[Key, _Code] = {}
        self._bearers: dict[Key, str] = {}
        self._only: dict[Key, str] = {}

    def code(self, giver: Key | None = None, only: str | None = None) -> str:
        """A new one-time code, for the bearer that asks for it; with `only`, for a window of that notebook's outputs,
        which gets none itself. Raises `PassRefused`, and `Busy` where there are too many passes."""
        if giver is not None and giver in self._only:
            raise PassRefused("A window of outputs opens no other.")
        self._forget()
        # A code that waits is counted too: it will need a bearer's place.
        if len(self._bearers) + sum(code.bearer is None for code in self._codes.values()) >= limits.GATEWAY_PASSES:
            raise Busy(f"{limits.GATEWAY_PASSES} windows were opened from here.", hint="Run `hood open` again.")
        made = self._token()
        self._codes[key(made)] = _Code(self._clock() + self._seconds, None, giver, only)
        return made

    def exchange(self, code: str) -> Exchanged:
        """Raises `PassRefused` for a code that is unknown, too old or used."""
        now = self._clock()
        name = _find(self._codes, code)
        found = None if name is None else self._codes[name]
        if name is None or found is None:
            raise PassRefused("This link is not one of ours, or is too old.")
        if found.bearer is not None:
            self._end(found.bearer)
            raise PassRefused("This link was used already. What it had opened is closed, in case it was not you.")
        if now >= found.expires:
            del self._codes[name]
            raise PassRefused("This link is not one of ours, or is too old.")
        bearer = self._token()
        self._bearers[key(bearer)] = bearer
        if found.only is not None:
            self._only[key(bearer)] = found.only
        self._codes[name] = found._replace(bearer=key(bearer))
        return Exchanged(bearer, name)

    def greet(self, name: str, asked: str, host: str) -> Greeting:
        """For the page that names its bearer; a name is no secret. Raises `PassRefused`."""
        try:
            named = Key(bytes.fromhex(name))
        except ValueError:
            named = Key(b"")
        bearer = self._bearers.get(named)
        if bearer is None:
            raise PassRefused("This window is not one of ours any more.")
        answered = secrets.token_hex(32)
        return Greeting(
            named,
            answered,
            proof(bearer, "gateway", host, asked, answered),
            proof(bearer, "page", host, asked, answered),
        )

    def knows(self, bearer: Key) -> bool:
        return bearer in self._bearers

    def holder(self, bearer: str) -> Key | None:
        """Whose bearer that is; for a door at which it is said with each request."""
        return _find(self._bearers, bearer)

    def admit(self, bearer: str) -> None:
        """One that the user made."""
        self._bearers[key(bearer)] = bearer

    def give(self) -> Exchanged:
        """A bearer without an exchange, for the program that started the door. Raises `Busy`."""
        return self.exchange(self.code())

    def only(self, bearer: Key) -> str | None:
        """The notebook whose outputs are all that its window may show; `None`: all is open to it."""
        return self._only.get(bearer)

    def _end(self, bearer: Key) -> None:
        """Ends it and what came of it: a thief would have asked for more at once."""
        ending = [bearer]
        for one in ending:
            given = {name: code for name, code in self._codes.items() if code.giver == one}
            for name, code in given.items():
                if code.bearer is None:
                    del self._codes[name]
                else:
                    ending.append(code.bearer)
            if one in self._bearers:
                del self._bearers[one]
                self._only.pop(one, None)
                self._revoked(one)

    def _forget(self) -> None:
        """Codes that nobody used in time; one that was used is remembered, so that its second use is seen."""
        now = self._clock()
        self._codes = {name: code for name, code in self._codes.items() if code.bearer or now < code.expires}


def _find(known: Iterable[Key], secret: str) -> Key | None:
    """Looks at every entry, wherever the right one is."""
    asked = key(secret)
    found = None
    for one in known:
        if hmac.compare_digest(one, asked):
            found = one
    return found
