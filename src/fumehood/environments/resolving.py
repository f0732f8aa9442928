"""From what a notebook asks for to a plan: exactly these files, found without running a line of anybody's code.

`uv` resolves in an empty folder, may build nothing (`--no-build`), and has one way out, which leads to the accepted
hosts only (`egress`). What has no wheel is found on the index by its facts and becomes part of the plan as a build,
off until a person ticks it; what it needs is read from its archive, never asked of its code. Needs no approval: it
installs nothing.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from fumehood.core import limits
from fumehood.core.errors import EnvironmentFailed, HostNotAccepted, LimitExceeded, PlanImpossible
from fumehood.core.paths import Paths, private_folder
from fumehood.environments import facts, fetching, interpreters, locks, sdists, uv
from fumehood.environments.asking.canonical import digest as asked_digest
from fumehood.environments.egress import Gate, place_of
from fumehood.environments.interpreters import Interpreter
from fumehood.environments.sources import KERNEL, Sources, compose
from fumehood.protocol.trust import Asked, Asker, Complaint, Package, Plan
from fumehood.trust.canonical import plan_digest

Progress = Callable[[str, int, int], None]
"""What is done now, how much of it is done, of how much; 0 of 0: not known."""

_NO_WHEEL: Final = re.compile(r"Wheels are required for `([A-Za-z0-9._-]{1,200})`")
_ASKED_AFTER: Final = 8
"""Names of a plan that failed, whose state an index is asked for."""
_YANKED: Final = re.compile(r"`([A-Za-z0-9._-]{1,200})==[^`]*` is yanked")
_LINE: Final = re.compile(r"([A-Za-z0-9._-]{1,200})\s?(?:==|@)\S*\s.*#\s*via\s+(.*)")


def silent(_step: str, _done: int, _total: int) -> None:
    pass


async def resolve(
    asked: Asked,
    accepted: Collection[str],
    paths: Paths,
    progress: Progress = silent,
    environ: Mapping[str, str] | None = None,
) -> Plan:
    """`accepted`: the hosts that a person accepted by name; `environ`: the user's environment.

    Raises HostNotAccepted (its `data["hosts"]` names them), PlanImpossible, PythonMissing, EnvironmentFailed,
    LimitExceeded, StorageFailed.
    """
    own = os.environ if environ is None else environ
    sources = compose(asked, accepted, own)
    interpreter = await interpreters.find(asked.python, own)
    progress("Resolving", 0, 0)
    with work_folder(paths) as folder:
        async with Gate(sources.hosts, own) as gate:
            work = _Work(folder, private_folder(paths.packages), sources, interpreter, gate, own, progress)
            try:
                # Also for what we fetch ourselves: an index that answers a byte a minute ends with the gate.
                async with asyncio.timeout(limits.RESOLVE_SECONDS):
                    packages, left = await work.packages()
                    progress("Asking the index about them", 0, 0)
                    packages = await facts.add(packages, sources.indexes, work.way)
            except TimeoutError as error:
                raise EnvironmentFailed("The indexes did not answer in time.") from error
            except (PlanImpossible, EnvironmentFailed) as error:
                if gate.refused:
                    raise _not_accepted(gate.refused) from None
                # The resolver only finds that there is no file of it.
                named = [name for name in sorted(sources.names) if name in error.message][:_ASKED_AFTER]
                if held := await facts.quarantined(named, sources.indexes, work.way):
                    raise PlanImpossible(
                        f"The index holds {', '.join(held)} in quarantine and gives out nothing of it.",
                        hint="It may be malicious. Do without it, and look for what became of it.",
                    ) from None
                raise
    if not sources.local and (odd := next((one.name for one in packages if one.url.startswith("file:")), "")):
        raise PlanImpossible(
            f"An index leads to a file of this machine for {odd}, and none of your folders is an index."
        )
    places = {place for one in packages if (place := place_of(one.url))}
    plan = Plan(
        digest="",
        asked=asked_digest(asked),
        python=interpreter.version,
        platform=interpreter.platform,
        packages=tuple(sorted(packages, key=lambda one: (one.builder, one.name))),
        # Not those that happened to be contacted: what a cache knows is no part of a plan.
        hosts=tuple(sorted(places | sources.asked)),
        left=(*sources.left, *left),
    )
    if missing := places - sources.hosts:
        raise _not_accepted(missing)
    return msgspec.structs.replace(plan, digest=plan_digest(plan))


def _not_accepted(hosts: Iterable[str]) -> HostNotAccepted:
    names = sorted(hosts)
    return HostNotAccepted(f"An index leads to {', '.join(names)}, and nobody has accepted that.", hosts=names)


class work_folder:
    """A folder of our own for one run, gone at its end."""

    def __init__(self, paths: Paths) -> None:
        private_folder(paths.state)
        self._path = Path(tempfile.mkdtemp(prefix=".work-", dir=private_folder(paths.environments)))

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


class _Work:
    def __init__(
        self,
        folder: Path,
        cache: Path,
        sources: Sources,
        interpreter: Interpreter,
        gate: Gate,
        environ: Mapping[str, str],
        progress: Progress,
    ) -> None:
        self._folder = folder
        self._sources = sources
        self._interpreter = interpreter
        self._gate = gate
        self._progress = progress
        # Metadata only: what an index says is not what is installed from.
        self._env = uv.environment(folder, cache / "resolving", gate.url, environ)
        self.way = fetching.Way(gate.url, sources.credentials)

    async def packages(self) -> tuple[list[Package], list[Complaint]]:
        lines = list(self._sources.lines)
        built: dict[str, Package] = {}
        build_lines: list[str] = []
        left: list[Complaint] = []
        for _round in range(limits.PLAN_ROUNDS):
            ran = await self._compile("run", lines, built)
            if ran.ok:
                break
            missing = {canonicalize_name(name) for name in _NO_WHEEL.findall(ran.err)} - built.keys()
            if not missing:
                raise PlanImpossible(ran.why() or "The packages cannot be resolved.")
            for name in sorted(missing):
                self._progress(f"Looking at the source of {name}", 0, 0)
                package, needs = await asyncio.to_thread(self._source, name, lines)
                built[name] = package
                lines += needs.runs_with
                build_lines += needs.built_with
                if not needs.complete:
                    left.append(_unsure(name))
        else:
            raise LimitExceeded("Too many packages have no wheel.")
        found = await self._facts(lines, built, ran)
        if built:
            builders = await self._compile("build", sorted(set(build_lines)), {})
            if not builders.ok:
                raise PlanImpossible(f"What is needed to build {', '.join(built)} cannot be had: {builders.why()}")
            found += [_builder(_sized(one), built) for one in self._read("build")]
        return found, left

    def _source(self, name: str, lines: list[str]) -> tuple[Package, sdists.Needs]:
        wanted = SpecifierSet()
        for line in lines:
            parsed = Pep508(line)
            if canonicalize_name(parsed.name) == name:
                wanted &= parsed.specifier
        package = fetching.source_of(name, wanted, self._sources.indexes, self.way)
        return package, sdists.read(fetching.save(package, self._folder, self.way))

    async def _compile(self, what: str, lines: Iterable[str], without: Collection[str], *more: str) -> uv.Ran:
        text = "".join(f"{_one_line(line)}\n" for line in lines)
        (self._folder / f"{what}.in").write_text(text, "utf-8")
        (self._folder / f"{what}.without").write_text(
            "".join(f"{name} ; python_version < '0'\n" for name in sorted(without)), "utf-8"
        )
        arguments = ["pip", "compile", f"{what}.in", "--override", f"{what}.without", "--no-build"]
        arguments += ["--python", str(self._interpreter.path), "--no-header", *self._sources.options]
        arguments += more or ["--format", "pylock.toml", "-o", f"pylock.{what}.toml", "--quiet"]
        return await uv.run(arguments, folder=self._folder, env=self._env, seconds=limits.RESOLVE_SECONDS)

    def _read(self, what: str) -> list[Package]:
        file = self._folder / f"pylock.{what}.toml"
        if file.stat().st_size > limits.LOCK_BYTES:
            raise LimitExceeded("The lock of this notebook is too large.")
        return locks.read(file.read_text("utf-8"), self._interpreter.tags())

    async def _facts(self, lines: Collection[str], built: Mapping[str, Package], first: uv.Ran) -> list[Package]:
        """The packages with who needs them: uv says it in its other form only, from what it has just read."""
        # Of an address it keeps nothing that it would believe without asking again.
        again = () if any(" @ " in line for line in lines) else ("--offline",)
        annotated = await self._compile("run", lines, built, "--annotation-style", "line", *again)
        via: dict[str, tuple[str, ...]] = {}
        for line in annotated.out.splitlines():
            if said := _LINE.match(line):
                askers = (one.strip() for one in said[2].split(","))
                via[canonicalize_name(said[1])] = tuple(one for one in askers if one and not one.startswith("-r"))
        yanked = {canonicalize_name(name) for name in _YANKED.findall(first.err + annotated.err)}
        names = self._sources.names
        packages = await asyncio.to_thread(lambda: [_sized(one) for one in (*self._read("run"), *built.values())])
        found = []
        for one in packages:
            needed = via.get(one.name, ())
            if one.name == "ipykernel" and one.name not in names:
                needed = (*needed, KERNEL)
            found.append(
                msgspec.structs.replace(
                    one, direct=one.name in names, needed_by=needed, yanked=one.yanked or one.name in yanked
                )
            )
        return found


def _one_line(line: str) -> str:
    """A text within a marker may hold a line of its own, which could be an option; a backslash takes the next line
    away, and `${…}` is put in from the environment. No requirement that means anything has any of these."""
    if len(line.splitlines()) != 1 or "\\" in line or "${" in line:
        raise PlanImpossible(f"{line[:200]!r} would be read as something else by the installer.")
    return line


def _sized(one: Package) -> Package:
    """With the size of a file in one of the user's own folders, which no index tells."""
    if one.size or not one.url.startswith("file:"):
        return one
    try:
        return msgspec.structs.replace(one, size=Path(url2pathname(urlsplit(one.url).path)).stat().st_size)
    except (OSError, ValueError):
        return one


def _builder(one: Package, built: Collection[str]) -> Package:
    return msgspec.structs.replace(one, builder=True, needed_by=tuple(sorted(built)))


def _unsure(name: str) -> Complaint:
    return Complaint(
        asker=Asker(kind="variable", name=name),
        message=f"What {name} needs besides is only known when it is built; it may miss something.",
    )
