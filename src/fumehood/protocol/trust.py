"""What a notebook asks to have installed, what that comes to, and what a person said to it (design, section 7).

Values only: they are read in `environments`, judged and signed in `trust`, and shown by whoever has a person before it.
Every text in them is foreign: a name, an address or a reason may hold anything that its length allows.
"""

from __future__ import annotations

from typing import Literal

from fumehood.protocol.base import Message

Ecosystem = Literal["pypi", "conda"]
RequirementKind = Literal["index", "url", "vcs", "path"]
"""How a requirement finds its package: by name on an index, or by an address that is code."""
SourceKind = Literal["metadata", "cell", "file", "variable"]
IndexRole = Literal["default", "extra", "links"]
Verdict = Literal["ok", "warn", "stop", "block"]
TrustStatus = Literal["nothing", "offered", "unchecked", "checking", "checked", "proposed", "approved", "failed"]
"""`nothing` is asked for; `offered`: only files beside the notebook ask; `unchecked`: asked and not resolved;
`checked`: resolved and shown, nobody has answered; `proposed`: as unchecked or checked, and an agent made the change;
`approved`: a valid record holds exactly this; `failed`: it could not be resolved or built."""


class Asker(Message, frozen=True):
    """Where a wish is written."""

    kind: SourceKind
    name: str
    """`runt.uv`, a cell's id, a file's path from the notebook's folder, a variable's name."""
    line: int = 0
    """From 1; 0: of the whole."""


class Requirement(Message, frozen=True):
    text: str
    """As it is written."""
    ecosystem: Ecosystem
    kind: RequirementKind
    name: str
    """In PEP 503's normal form; empty where an address names none."""
    asker: Asker
    host: str = ""
    """That an address would contact."""


class Index(Message, frozen=True):
    """Where packages would come from. Addresses hold no user name and no password."""

    url: str
    host: str
    role: IndexRole
    foreign: bool
    """The notebook's or its folder's word, not this user's own configuration."""
    asker: Asker


class Complaint(Message, frozen=True):
    """What could not be read, or is not available here."""

    asker: Asker
    message: str
    hint: str = ""


class Asked(Message, frozen=True):
    """Everything that a notebook and the folder beside it ask for; read offline."""

    requirements: tuple[Requirement, ...] = ()
    """Of the notebook itself: metadata and PEP 723 blocks."""
    offered: tuple[Requirement, ...] = ()
    """Of files beside it; they count where a person takes them up."""
    indexes: tuple[Index, ...] = ()
    channels: tuple[str, ...] = ()
    """Of conda."""
    python: str = ""
    """A version constraint, as PEP 440 writes it."""
    prerelease: str = ""
    magics: tuple[Requirement, ...] = ()
    """What cells would install while they run (`%pip install x`): shown; each is asked about when it comes to it."""
    complaints: tuple[Complaint, ...] = ()


class Package(Message, frozen=True):
    """One file that would be installed."""

    name: str
    version: str
    url: str
    """Without user name and password."""
    hash: str
    """`sha256:…`."""
    size: int
    """Bytes; 0: not known."""
    build: bool = False
    """A source distribution: its code runs at the installation."""
    direct: bool = False
    """Asked for by name, and not only needed by another."""
    needed_by: tuple[str, ...] = ()
    yanked: bool = False
    uploaded: str = ""
    """ISO 8601; empty: not known."""
    builder: bool = False
    """Needed only while a source distribution is built: it is not in the environment."""
    status: str = ""
    """Of the project, by the index's word (PEP 792): `active`, `archived`, `deprecated`, `quarantined`. This and what
    follows: of packages that are asked for by name, where the index says it; empty: not known, never good."""
    born: str = ""
    """When the project's first file was uploaded, ISO 8601."""
    publisher: str = ""
    """Who attests to have published this file (PEP 740): `GitHub numpy/numpy`."""
    publisher_before: str = ""
    """Who attested it of the release before, where that is not the same: another one now, or nobody."""


class Plan(Message, frozen=True):
    """What `Asked` comes to: exactly these files and no others."""

    digest: str
    """SHA-256 over the canonical form of everything else in the plan: the lock's digest."""
    asked: str
    """Digest of the `Asked` that it answers."""
    python: str
    """The interpreter's version, `3.11.7`."""
    platform: str
    packages: tuple[Package, ...]
    hosts: tuple[str, ...]
    """That were and will be contacted."""
    left: tuple[Complaint, ...] = ()
    """What was asked for and would not be installed, with the reason: addresses of code, conda's packages."""


class Judgement(Message, frozen=True):
    """What the list of known names says of one name, offline; and, of a checked one, what its index says."""

    name: str
    verdict: Verdict
    score: float = 0.0
    """How much it looks like `target`, 0 to 1."""
    target: str = ""
    target_rank: int = 0
    """1 is the most downloaded; 0: not among the ranked."""
    rank: int = 0
    known: bool = True
    """Whether any index was seen to have it when the list was made."""
    reasons: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    """What the index says of the package that is asked for by name, in plain words; it makes a verdict worse only."""


class Change(Message, frozen=True):
    """Against what was approved last."""

    kind: Literal["added", "removed", "changed"]
    what: Literal["package", "requirement", "index", "channel", "python"]
    name: str
    before: str = ""
    after: str = ""


class Sheet(Message, frozen=True):
    """What a person is shown. `digest` is over all of it: an approval names it, and only this is approved."""

    status: TrustStatus
    digest: str
    asked: Asked
    plan: Plan | None = None
    judgements: tuple[Judgement, ...] = ()
    """Of every name in requirements and plan whose verdict is not `ok`, the worst first."""
    hosts: tuple[str, ...] = ()
    """That a check or an installation would contact, and whose word is foreign: each is accepted by name."""
    accepted: tuple[str, ...] = ()
    """Hosts that the last approval has, and about which nothing changed since: nobody is asked again."""
    changes: tuple[Change, ...] = ()
    """Empty on a first approval."""
    nothing_new: bool = False
    """The plan is part of what was approved: same files, same hashes."""
    approved_by: str = ""
    approved_at: float = 0.0
    proposed_by: str = ""
    """The agent whose change waits for a person."""
    problem: str = ""
    """Why it failed, in a sentence."""


class TrustChanged(Message, frozen=True, tag_field="type", tag="trust"):
    """What a room knows of it; the whole is asked for with `trust.sheet`."""

    status: TrustStatus
    step: str = ""
    """While checking or installing: what is done now."""
    done: int = 0
    total: int = 0
    environment: str = ""
    """The environment that the notebook runs in: empty for the kernelspec's own."""
    by: str = ""
    """While `proposed`: whose change waits for a person."""


# -- what is said of it (`trust.*`, `dependencies.edit`)


class SheetParams(Message, frozen=True):
    room: str


class CheckParams(Message, frozen=True):
    room: str
    hosts: tuple[str, ...] = ()
    """That the notebook or its folder names, and that may be contacted for it."""


class ApproveParams(Message, frozen=True):
    room: str
    digest: str
    """Of the sheet that the person has before them (`Sheet.digest`)."""
    builds: tuple[str, ...] = ()
    """Names of the packages whose source distributions may run their code at the installation."""


class OfferParams(Message, frozen=True):
    room: str
    file: str
    """An asker's name, as in `Asked.offered`."""
    take: bool = True


class NotebookParams(Message, frozen=True):
    notebook: str
    """As `trust.list` has it; the notebook need not be open."""


class Given(Message, frozen=True):
    """An approval that was given, as it is kept."""

    notebook: str
    path: str
    by: str
    at: float
    holds: bool
    """For the notebook that is at this path, as long as it asks for the same."""
    problem: str = ""
    """Why it does not hold."""
    number: int = 0
    lock: str = ""
    requirements: tuple[str, ...] = ()
    packages: int = 0
    builds: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class AllGiven(Message, frozen=True):
    approvals: tuple[Given, ...]
    """The newest first."""


class DependenciesParams(Message, frozen=True):
    """Changes what the notebook asks for in its metadata; installs nothing."""

    room: str
    add: tuple[str, ...] = ()
    """Requirements as in PEP 508."""
    remove: tuple[str, ...] = ()
    """Names."""


class DependenciesEdited(Message, frozen=True):
    status: TrustStatus
    requirements: tuple[str, ...]
    """All that the notebook asks for now."""
    judgements: tuple[Judgement, ...] = ()
    """Of the names that were added."""
    advice: str = ""
    """What would be safe, and who decides."""
