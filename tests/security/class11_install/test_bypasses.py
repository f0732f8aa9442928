"""Every way around a gate before installation that worked somewhere: a package whose build leaves a marker, no marker.

The rows are those of the peer's holes (a direct address, an approved name with another address, a script's block, a
project file, a new notebook of an agent, a change while it runs) and what follows from them. Each is tried by a person
who runs cells and by an agent that was granted to; nothing is asked of any index, and no process of an installer runs.
Each is also tried where the gate does what others' did, and the marker is there: the attack is one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from fumehood.core.errors import HoodError, HostNotAccepted, NotApproved, PlanImpossible, SheetChanged
from fumehood.core.ids import new_execution_id
from fumehood.protocol import methods as m
from fumehood.protocol import trust as t
from fumehood.protocol.base import encode_pack
from fumehood.testing.indexes import Index, index, sdist, tool, wheel
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import children, text_of, until
from tests.daemon.trusted import notebook
from tests.security.class11_install.house import AttackedHouse, forged

pytestmark = pytest.mark.timeout(180)

BLOCK = '# /// script\n# dependencies = ["evil"]\n# ///\n1'
Lay = Callable[[Path, Index], Path]
"""Lays out an attack in a folder; gives the notebook."""


def inline(folder: Path, shop: Index) -> Path:
    return notebook(folder / "a.ipynb", "evil", cells=("1",))


def address(folder: Path, shop: Index) -> Path:
    return notebook(folder / "a.ipynb", f"evil @ {shop.file_url('evil-1.0.tar.gz')}", cells=("1",))


def local(folder: Path, shop: Index) -> Path:
    (folder / "evil-1.0.tar.gz").write_bytes(shop.files["evil-1.0.tar.gz"])
    return notebook(folder / "a.ipynb", f"evil @ file://{folder}/evil-1.0.tar.gz", cells=("1",))


def older_table(folder: Path, shop: Index) -> Path:
    return notebook(folder / "a.ipynb", cells=("1",), uv={"dependencies": ["evil"]})


def own_table(folder: Path, shop: Index) -> Path:
    return notebook(folder / "a.ipynb", cells=("1",), fumehood={"dependencies": {"requirements": ["evil"]}})


def script(folder: Path, shop: Index) -> Path:
    return notebook(folder / "a.ipynb", cells=(BLOCK,))


def project(folder: Path, shop: Index) -> Path:
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\ndependencies = ["evil"]\n')
    return notebook(folder / "a.ipynb", cells=("1",))


def requirements(folder: Path, shop: Index) -> Path:
    (folder / "requirements.txt").write_text(f"--index-url {shop.url}\nevil\n")
    return notebook(folder / "a.ipynb", cells=("1",))


def conda(folder: Path, shop: Index) -> Path:
    (folder / "environment.yml").write_text("dependencies:\n  - python\n  - pip:\n      - evil\n")
    return notebook(folder / "a.ipynb", cells=("1",))


def pixi(folder: Path, shop: Index) -> Path:
    (folder / "pixi.toml").write_text('[project]\nname = "x"\nchannels = []\n[pypi-dependencies]\nevil = "*"\n')
    return notebook(folder / "a.ipynb", cells=("1",))


def spelled(folder: Path, shop: Index) -> Path:
    """The same name to every index, in another spelling."""
    return notebook(folder / "a.ipynb", "EvIL", cells=("1",))


def other_index(folder: Path, shop: Index) -> Path:
    """A name that anybody would approve, from the folder's own index."""
    (folder / "uv.toml").write_text(f'[[index]]\nurl = "{shop.url}"\ndefault = true\n')
    return inline(folder, shop)


def linked(folder: Path, shop: Index) -> Path:
    (folder / "elsewhere").mkdir()
    real = inline(folder / "elsewhere", shop)
    (folder / "link.ipynb").symlink_to(real)
    return folder / "link.ipynb"


def forged_pointer(folder: Path, shop: Index) -> Path:
    pointer = {"trust": {"notebook": "0" * 32, "record": "0" * 64, "status": "approved", "approved": True}}
    runt = {"uv": {"dependencies": ["evil"]}, "trust_signature": "hmac-sha256:" + "0" * 64}
    return notebook(folder / "a.ipynb", cells=("1",), fumehood=pointer, runt=runt)


ATTACKS: list[Lay] = [
    inline, address, local, older_table, own_table, script, project, requirements, conda, pixi, spelled, other_index,
    linked, forged_pointer,
]  # fmt: skip


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def shop(marker: Path) -> Iterator[Index]:
    with index() as made:
        made.put(sdist("evil", marker), tool())
        yield made


@pytest.fixture
async def house(home: Path, shop: Index) -> AsyncIterator[AttackedHouse]:
    made = AttackedHouse(home, shop)
    yield made
    await made.close()


async def doors(house: AttackedHouse, path: Path) -> None:
    """Everything by which a kernel can come to be; each is refused, or starts what is installed as it is."""
    person, agent = RecordingPeer(), RecordingPeer("agent")
    opened = await house.open(person, path)
    room, book = opened.room, house.room(opened).notebook
    cells = book.ids() or [book.insert(None, "code", "1")]

    def refs() -> tuple[m.CellRef, ...]:
        return tuple(m.CellRef(str(one), book.source_hash(one), new_execution_id()) for one in cells)

    async def granted() -> None:
        asking = asyncio.create_task(house.call(agent, "cell.execute", m.ExecuteParams(room, refs())))
        await until(lambda: house.room(opened).grants.listed().grants)
        (one,) = house.room(opened).grants.listed().grants
        await house.call(person, "grant.settle", m.GrantParams(room, one.request, allow=True))
        await asking

    for tried in (
        house.call(person, "kernel.start", m.StartParams(room)),
        house.call(person, "kernel.start", m.StartParams(room, spec="python3")),
        house.call(person, "kernel.start", m.StartParams(room, spec="uv:pep723")),
        house.call(person, "kernel.restart", m.StartParams(room)),
        house.call(person, "cell.execute", m.ExecuteParams(room, refs())),
        granted(),
    ):
        with contextlib.suppress(NotApproved):
            await tried
    await house.call(person, "kernel.shutdown", m.ForceParams(room, force=True))


@pytest.mark.parametrize("lay", ATTACKS)
async def test_no_code_of_a_package_runs_before_a_person_approved_it(
    house: AttackedHouse, shop: Index, marker: Path, lay: Lay
) -> None:
    running = children()  # of other tests
    await doors(house, lay(house.home, shop))
    assert not marker.exists()
    assert shop.requests == []
    assert children() == running


@pytest.mark.all
@pytest.mark.parametrize("lay", ATTACKS)
async def test_where_the_gate_believes_what_it_reads_the_same_code_runs(
    home: Path, shop: Index, marker: Path, lay: Lay
) -> None:
    house = AttackedHouse(home, shop, defended=False)
    try:
        opened = await house.open(RecordingPeer(), lay(house.home, shop))
        start = house.call(RecordingPeer(), "kernel.start", m.StartParams(opened.room))
        # An address of a source distribution ends the plan: what it needs, only its own code could say.
        with contextlib.suppress(PlanImpossible):
            await start
    finally:
        await house.close()
    # The resolver is a second line: what is at an address is left out, and the sheet says so.
    assert marker.exists() != (lay in (address, local))


@pytest.mark.parametrize("kind", ["markdown", "raw"])
async def test_a_block_in_a_cell_that_holds_no_code_asks_for_nothing(
    house: AttackedHouse, shop: Index, marker: Path, kind: str
) -> None:
    """Nobody would see it as a wish; another tool may read it as one, but nothing here installs by it."""
    path = notebook(house.home / "a.ipynb", cells=(BLOCK, "1"))
    value = json.loads(path.read_text())
    value["cells"][0] = {"cell_type": kind, "id": "c0", "metadata": {}, "source": BLOCK}
    path.write_text(json.dumps(value))
    opened = await house.open(RecordingPeer(), path)
    assert opened.state.trust.status == "nothing"
    await start(house, opened.room)
    assert (marker.exists(), shop.requests) == (False, [])


async def test_an_agent_that_makes_a_notebook_of_its_own_installs_nothing(
    house: AttackedHouse, shop: Index, marker: Path
) -> None:
    agent = RecordingPeer("agent", "helper")
    running = children()
    opened = await house.open(agent, house.home / "new.ipynb", create=True)
    told: t.DependenciesEdited = await house.call(
        agent, "dependencies.edit", t.DependenciesParams(opened.room, ("evil",))
    )
    assert told.status == "proposed"
    await doors(house, house.home / "new.ipynb")
    assert (marker.exists(), shop.requests, children()) == (False, [], running)


async def test_a_change_while_it_runs_is_asked_about_at_the_next_kernel(
    house: AttackedHouse, shop: Index, marker: Path
) -> None:
    """The peer installed it into the running kernel, and approved the whole set on the way."""
    person, agent = RecordingPeer(), RecordingPeer("agent", "helper")
    opened = await house.open(person, notebook(house.home / "a.ipynb", cells=("1",)))
    assert text_of(await house.run(person, opened.room, "print(1)")) == "1\n"
    await house.call(agent, "dependencies.edit", t.DependenciesParams(opened.room, ("evil",)))
    assert text_of(await house.run(person, opened.room, "print(2)")) == "2\n", "what runs goes on as it is"
    with pytest.raises(NotApproved):
        await house.call(person, "kernel.restart", m.StartParams(opened.room))
    await house.call(person, "kernel.shutdown", m.ForceParams(opened.room, force=True))
    await doors(house, house.home / "a.ipynb")
    assert (marker.exists(), shop.requests) == (False, [])


async def approve(house: AttackedHouse, room: str, *builds: str) -> t.Sheet:
    person = RecordingPeer()
    shown: t.Sheet = await house.call(person, "trust.check", t.CheckParams(room))
    assert shown.plan is not None, shown.problem
    given: t.Sheet = await house.call(person, "trust.approve", t.ApproveParams(room, shown.digest, builds))
    assert given.status == "approved"
    return given


async def start(house: AttackedHouse, room: str) -> None:
    await house.call(RecordingPeer(), "kernel.start", m.StartParams(room))


async def test_approved_code_runs_when_the_notebook_starts_and_not_at_the_check(
    house: AttackedHouse, shop: Index, marker: Path
) -> None:
    opened = await house.open(RecordingPeer(), inline(house.home, shop))
    await approve(house, opened.room, "evil")
    assert not marker.exists()
    await start(house, opened.room)
    assert marker.exists()


@pytest.mark.parametrize("where", ["url", "file", "vcs"])
async def test_an_approved_name_with_an_address_is_not_what_was_approved(
    house: AttackedHouse, shop: Index, marker: Path, where: str
) -> None:
    """The peer kept names: one that was approved once stood for any address behind it."""
    shop.put(wheel("good"))
    path = notebook(house.home / "a.ipynb", "good", cells=("1",))
    opened = await house.open(RecordingPeer(), path)
    await approve(house, opened.room)
    (house.home / "evil-1.0.tar.gz").write_bytes(shop.files["evil-1.0.tar.gz"])
    address = {
        "url": shop.file_url("evil-1.0.tar.gz"),
        "file": f"file://{house.home}/evil-1.0.tar.gz",
        "vcs": f"git+file://{house.home}/repository",
    }[where]
    asked = len(shop.requests)
    metadata = house.room(opened).notebook.metadata()
    changed = {**metadata, "runt": {"uv": {"dependencies": [f"good @ {address}"]}}}
    house.room(opened).notebook.set_notebook_metadata(changed)
    await doors(house, path)
    assert (marker.exists(), len(shop.requests)) == (False, asked)


async def test_an_approval_without_the_tick_of_a_build_builds_nothing(
    house: AttackedHouse, shop: Index, marker: Path
) -> None:
    opened = await house.open(RecordingPeer(), inline(house.home, shop))
    await approve(house, opened.room)
    with pytest.raises(NotApproved):
        await start(house, opened.room)
    assert not marker.exists()


async def test_another_file_under_an_approved_name_and_version_is_not_installed(
    house: AttackedHouse, shop: Index, marker: Path, tmp_path: Path
) -> None:
    """A new upload to the index after the approval: names and versions are the same, the hash is not."""
    opened = await house.open(RecordingPeer(), inline(house.home, shop))
    await approve(house, opened.room, "evil")
    shop.put(sdist("evil", marker, needs=["more"]))
    with pytest.raises(HoodError):
        await start(house, opened.room)
    assert not marker.exists()


@pytest.mark.all
async def test_a_later_version_of_an_approved_package_is_not_taken_by_itself(
    house: AttackedHouse, shop: Index, marker: Path, tmp_path: Path
) -> None:
    opened = await house.open(RecordingPeer(), inline(house.home, shop))
    first = await approve(house, opened.room, "evil")
    later = tmp_path / "later"
    shop.put(sdist("evil", later, version="2.0"))
    await start(house, opened.room)
    assert (marker.exists(), later.exists()) == (True, False)
    shutil.rmtree(house.paths.packages / "resolving")  # uv asks an index anew every ten minutes
    shown: t.Sheet = await house.call(RecordingPeer(), "trust.check", t.CheckParams(opened.room))
    assert not shown.nothing_new
    assert ("changed", "package", "evil") in [(one.kind, one.what, one.name) for one in shown.changes]
    assert first.plan is not None and shown.plan is not None and first.plan.digest != shown.plan.digest


@pytest.mark.parametrize("where", ["uv.toml", pytest.param("pyproject.toml", marks=pytest.mark.all)])
async def test_another_index_under_an_approved_notebook_ends_the_approval(
    house: AttackedHouse, shop: Index, marker: Path, where: str
) -> None:
    opened = await house.open(RecordingPeer(), inline(house.home, shop))
    await approve(house, opened.room, "evil")
    with index() as other:
        table = "[[index]]" if where == "uv.toml" else "[[tool.uv.index]]"
        (house.home / where).write_text(f'{table}\nname = "x"\nurl = "{other.url}"\n')
        with pytest.raises(NotApproved):
            await start(house, opened.room)
        with pytest.raises(HostNotAccepted):
            await house.call(RecordingPeer(), "trust.check", t.CheckParams(opened.room))
        assert other.requests == []
    assert not marker.exists()


@pytest.mark.parametrize("race", ["another plan", "an agent", "a cell", "a file"])
async def test_what_is_approved_is_what_was_shown(house: AttackedHouse, shop: Index, marker: Path, race: str) -> None:
    """Between the look and the word: the document, a cell, the folder, another plan, an agent."""
    person, agent = RecordingPeer(), RecordingPeer("agent", "helper")
    shop.put(wheel("good"))
    opened = await house.open(person, notebook(house.home / "a.ipynb", "good", cells=("1",)))
    room, book = opened.room, house.room(opened).notebook

    async def project_file() -> None:
        (house.home / "uv.toml").write_text('[[index]]\nurl = "http://127.0.0.1:1/simple"\n')

    async def other_plan() -> None:
        shop.put(wheel("good", "2.0"))
        shutil.rmtree(house.paths.packages / "resolving")  # uv asks an index anew every ten minutes
        await house.call(person, "trust.check", t.CheckParams(room))

    async def cell() -> None:
        book.set_source(book.ids()[0], BLOCK)

    async def proposal() -> None:
        await house.call(agent, "dependencies.edit", t.DependenciesParams(room, ("evil",)))

    shown: t.Sheet = await house.call(person, "trust.check", t.CheckParams(room))
    assert shown.plan is not None
    await {"another plan": other_plan, "an agent": proposal, "a cell": cell, "a file": project_file}[race]()
    with pytest.raises(SheetChanged):
        await house.call(person, "trust.approve", t.ApproveParams(room, shown.digest))
    with pytest.raises(NotApproved):
        await start(house, room)
    assert not marker.exists()


@pytest.mark.parametrize("part", ["plan", "record", "requirement"])
async def test_an_edited_lock_is_no_lock(house: AttackedHouse, shop: Index, marker: Path, part: str) -> None:
    """Whoever writes the journal's file and has not the key."""
    shop.put(wheel("good"))
    path = notebook(house.home / "a.ipynb", "good")
    opened = await house.open(RecordingPeer(), path)
    given = await approve(house, opened.room)
    assert given.plan is not None
    await house.crash()
    evil = forged(
        given.plan, packages=(*given.plan.packages, msgspec.structs.replace(given.plan.packages[0], name="evil"))
    )
    with sqlite3.connect(house.paths.journal) as journal:
        if part == "plan":
            journal.execute("UPDATE approval_heads SET plan = ?", (encode_pack(evil),))
        elif part == "record":
            journal.execute("UPDATE approval_heads SET plan = ?", (encode_pack(evil),))
            journal.execute(
                "UPDATE approvals SET record = CAST(replace(record, ?, ?) AS BLOB)", (given.plan.digest, evil.digest)
            )
        else:
            path.write_text(path.read_text().replace('"good"', '"evil"'))
    journal.close()
    await house.again()
    again = await house.open(RecordingPeer(), path)
    with pytest.raises(NotApproved):
        await start(house, again.room)
    assert not marker.exists()
