"""What the readers of each source put together, within bounds: more than these is said once and not kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, TypeVar

from fumehood.core import limits
from fumehood.environments.asking import addresses
from fumehood.protocol.trust import Asked, Asker, Complaint, Index, IndexRole, Requirement

T = TypeVar("T")
_MESSAGE: Final = 500
_CREDENTIALS: Final = re.compile(r"//[^/\s@]+@")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Gathered:
    """Only grows. `foreign` is who speaks at the moment: the notebook's folder, or this user's own configuration."""

    def __init__(self) -> None:
        self.foreign = True
        self.channels: list[str] = []
        self.pythons: list[str] = []
        self.prerelease = ""
        self._wanted: list[Requirement] = []
        self._offered: list[Requirement] = []
        self._magics: list[Requirement] = []
        self._indexes: list[Index] = []
        self._complaints: list[Complaint] = []
        self._has_own_default = False
        self._full: set[str] = set()

    def require(self, found: Requirement | Complaint | None) -> None:
        """Of the notebook itself, or where a file asks: an offer."""
        if isinstance(found, Complaint):
            self.complain(found.asker, found.message, found.hint)
        elif found is not None and found.asker.kind == "file":
            self._keep(self._offered, found, limits.ASKED_REQUIREMENTS, found.asker, "requirements")
        elif found is not None:
            self._keep(self._wanted, found, limits.ASKED_REQUIREMENTS, found.asker, "requirements")

    def installs(self, found: Requirement) -> None:
        self._keep(self._magics, found, limits.ASKED_MAGICS, found.asker, "packages that cells install")

    def channel(self, name: str, asker: Asker) -> None:
        """Of the notebook itself; what a file names is only told."""
        name = name.strip()[: limits.ASKED_TEXT]
        address = addresses.read(name) if "/" in name and "://" in name else None
        if address is not None:
            self.say_stripped(address, asker)
            name = address.url
        if asker.kind == "file" and name != "conda-forge":
            self.complain(asker, f"It takes packages from the channel {name!r}, too.")
        elif asker.kind != "file" and name and not _UNSEEN.search(name):
            self._keep(self.channels, name, limits.ASKED_CHANNELS, asker, "channels")

    def index(self, url: str, role: IndexRole, asker: Asker) -> None:
        # One spelling: what is signed is in NFC, and two spellings are two places.
        url = unicodedata.normalize("NFC", url.strip())
        if len(url) > limits.ASKED_TEXT:
            self.complain(asker, "An index's address is too long.")
            return
        address = addresses.read(url)
        if address is None:
            self.complain(asker, f"{url!r} is not an index's address.")
            return
        self.say_stripped(address, asker)
        if role == "default" and not self.foreign:
            if self._has_own_default:
                return
            self._has_own_default = True
        found = Index(url=address.url, host=address.host, role=role, foreign=self.foreign, asker=asker)
        self._keep(self._indexes, found, limits.ASKED_INDEXES, asker, "indexes")

    def say_stripped(self, address: addresses.Address, asker: Asker) -> None:
        if address.stripped:
            self.complain(
                asker,
                f"The address of {address.host} holds a user name, a password or a token; it was left out.",
                "Keep them in ~/.netrc or in a keyring.",
            )

    def complain(self, asker: Asker, message: str, hint: str = "") -> None:
        said = Complaint(asker=asker, message=plain(message, _MESSAGE), hint=plain(hint, _MESSAGE))
        if said in self._complaints:
            return
        if len(self._complaints) < limits.ASKED_COMPLAINTS:
            self._complaints.append(said)

    @property
    def offering(self) -> frozenset[str]:
        """The files that offer something."""
        return frozenset(one.asker.name for one in self._offered)

    def asked(self, python: str) -> Asked:
        return Asked(
            requirements=_once(self._wanted),
            offered=_once(self._offered, each=True),
            indexes=tuple(dict.fromkeys(self._indexes)),
            channels=tuple(dict.fromkeys(self.channels)),
            python=python,
            prerelease=self.prerelease,
            magics=tuple(self._magics),
            complaints=tuple(self._complaints),
        )

    def _keep(self, kept: list[T], found: T, most: int, asker: Asker, what: str) -> None:
        if len(kept) < most:
            kept.append(found)
        elif what not in self._full:
            self._full.add(what)
            # In front: the bound on complaints must not hide it.
            self._complaints.insert(
                0, Complaint(asker=asker, message=f"More than {most} {what}; the rest is not read.")
            )


def plain(text: str, most: int = _MESSAGE) -> str:
    """Foreign text within a sentence of ours: one line, not endless, without the user and password of an address."""
    shown = _CREDENTIALS.sub("//…@", _UNSEEN.sub(" ", text)).encode("utf-8", "replace").decode()
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _once(found: list[Requirement], *, each: bool = False) -> tuple[Requirement, ...]:
    """The first of several that say the same; `each`: of every asker, for each is taken up by itself."""
    kept: dict[tuple[str, str, str], Requirement] = {}
    for one in found:
        kept.setdefault((one.ecosystem, one.text, one.asker.name if each else ""), one)
    return tuple(kept.values())
