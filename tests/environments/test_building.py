"""Exactly the approved files, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from fumehood.core.errors import EnvironmentFailed, EnvironmentInUse, EnvironmentMissing, NotApproved, StorageFailed
from fumehood.core.identity import identity
from fumehood.core.paths import Paths
from fumehood.environments import live, shelf, uv
from fumehood.environments.building import Environment, build
from fumehood.environments.resolving import resolve
from fumehood.protocol.trust import Asked, Plan
from fumehood.sandbox.spawn import NONE, spawn
from fumehood.testing.approvals import approved
from fumehood.testing.indexes import Index, sdist, tool, wheel
from fumehood.trust.approvals import Approval
from fumehood.trust.canonical import plan_digest
from tests.environments.asked import PLAIN, of


async def planned(asked: Asked, paths: Paths) -> Plan:
    return await resolve(asked, frozenset(), paths, environ=PLAIN)


async def built(plan: Plan, paths: Paths, *ticked: str, **more: Any) -> Environment:
    return await build(approved(plan, ticked), plan, paths, environ=PLAIN, **more)


async def told(environment: Environment, code: str) -> str:
    env = {"PATH": uv.NOWHERE}
    ran = await uv.run_program(
        [str(environment.python), "-I", "-c", code], folder=environment.folder, env=env, seconds=60
    )
    assert ran.ok, ran.err
    return ran.out.strip()


def left_over(paths: Paths) -> list[str]:
    return [entry.name for entry in paths.environments.iterdir()]


async def test_what_was_approved_is_installed_and_notebooks_with_the_same_files_share_it(
    shop: Index, paths: Paths
) -> None:
    shop.put(wheel("alpha", code="word = 'here'", needs=["beta"]), wheel("beta"))
    plan = await planned(of(shop, "alpha"), paths)
    steps: list[tuple[str, int, int]] = []
    shop.requests.clear()
    one, same = await asyncio.gather(
        built(plan, paths, progress=lambda *said: steps.append(said), notebook=Path("/n/one.ipynb")),
        built(plan, paths, notebook=Path("/n/two.ipynb")),
    )
    assert one == same and await told(one, "import alpha, beta; print(alpha.word)") == "here"
    assert sorted(shop.fetched) == sorted(one.url.rsplit("/", 1)[-1] for one in plan.packages), "each file, once"
    loaded = [(done, total) for step, done, total in steps if step == "Downloading"]
    assert steps[0][0] == "Preparing" and loaded == sorted(loaded)
    assert {total for _done, total in loaded} == {sum(one.size for one in plan.packages)} == {loaded[-1][0]}
    # Another notebook, other words, the same files.
    other = await planned(of(shop, "beta", "alpha>=1"), paths)
    assert other.digest != plan.digest and await built(other, paths) == one
    assert left_over(paths) == [one.folder.name]
    (listed,) = shelf.standing(paths)
    assert (listed.name, listed.packages, listed.usable) == (one.name, 3, True)
    assert set(listed.notebooks) == {"/n/one.ipynb", "/n/two.ipynb"}


async def test_how_much_is_to_come_is_not_said_where_an_index_tells_no_sizes(shop: Index, paths: Paths) -> None:
    """A bar over the sizes that are known is full while the others are still fetched."""
    shop.put(wheel("alpha"))
    plan = await planned(of(shop, "alpha"), paths)
    unsized = msgspec.structs.replace(plan.packages[0], size=0)
    plan = msgspec.structs.replace(plan, packages=(unsized, *plan.packages[1:]))
    plan = msgspec.structs.replace(plan, digest=plan_digest(plan))
    steps: list[tuple[str, int, int]] = []
    await built(plan, paths, progress=lambda *said: steps.append(said))
    assert {total for step, _done, total in steps if step == "Downloading"} == {0}


async def test_a_file_is_downloaded_once_and_is_one_on_the_disk(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha"), wheel("beta"))
    first = await built(await planned(of(shop, "alpha", "beta"), paths), paths)
    smaller = await planned(of(shop, "alpha"), paths)
    shop.requests.clear()
    second = await built(smaller, paths)
    assert second.folder != first.folder and shop.requests == []
    files = [shelf.site_packages(one.folder) / "alpha.py" for one in (first, second)]
    assert files[0].stat().st_ino == files[1].stat().st_ino
    # A cache that lost what it held is noticed, and filled anew.
    shutil.rmtree(paths.packages / shelf.LEVEL / "archive-v0", ignore_errors=True)
    shutil.rmtree(second.folder)
    assert await told(await built(smaller, paths), "import alpha; print(1)") == "1"


async def test_nothing_is_installed_without_the_approval_of_this_very_plan(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha"), wheel("beta"))
    plan = await planned(of(shop, "alpha"), paths)
    other = await planned(of(shop, "beta"), paths)
    shop.requests.clear()
    forged = msgspec.structs.replace(plan, packages=other.packages)
    signed = msgspec.structs.replace(forged, digest=plan_digest(forged))
    for approval, wanted in (
        (approved(other), plan),
        (approved(plan), forged),
        (approved(plan), signed),
        (cast(Approval, None), plan),
        (cast(Approval, type("Approval", (), {"lock": plan.digest, "builds": frozenset()})()), plan),
    ):
        with pytest.raises(NotApproved):
            await build(approval, wanted, paths, environ=PLAIN)
    assert shop.requests == [] and left_over(paths) == []


async def test_what_only_adds_to_an_environment_of_an_earlier_version_is_known_by_its_key(
    shop: Index, paths: Paths
) -> None:
    shop.put(wheel("alpha"), wheel("beta"), wheel("beta", "2.0"))
    before = await resolve(of(shop, "alpha", "beta<2"), frozenset(), paths, environ=PLAIN)
    made = await build(approved(before), before, paths, environ=PLAIN)
    marker = made.folder / "built.json"
    said = json.loads(marker.read_text())
    assert said["files"]
    marker.write_text(json.dumps({name: value for name, value in said.items() if name != "files"}))
    shop.put(wheel("gamma"))
    for adds, *wanted in ((True, "alpha", "beta<2", "gamma"), (False, "alpha", "beta>=2", "gamma"), (False, "beta<2")):
        after = await resolve(of(shop, *map(str, wanted)), frozenset(), paths, environ=PLAIN)
        there = shelf.has(made.name, paths, after)
        assert (there is not None and live.adds_only(there, after)) == adds, wanted


async def test_a_source_distribution_runs_its_code_only_where_it_was_ticked(
    shop: Index, paths: Paths, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    shop.put(sdist("alpha", marker, needs=["beta"]), wheel("beta"), tool())
    plan = await planned(of(shop, "alpha"), paths)
    shop.requests.clear()
    for ticks in ((), ("beta", "tiny-backend")):
        with pytest.raises(NotApproved, match="alpha would run its own code"):
            await built(plan, paths, *ticks)
    assert not marker.exists() and shop.requests == []
    environment = await built(plan, paths, "alpha")
    assert marker.exists()
    assert await told(environment, "import alpha, beta; print(alpha.built)") == "True"
    assert "tiny-backend" not in shelf.installed(environment.folder)


async def test_other_bytes_than_the_approved_ones_are_not_installed(shop: Index, paths: Paths, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    shop.put(wheel("alpha"), sdist("omega", marker), tool())
    plans = [await planned(of(shop, name), paths) for name in ("alpha", "omega")]
    shop.put(wheel("alpha", code="evil = 1"), sdist("omega", marker, needs=["x"]))
    for plan, words in zip(plans, ("could not be installed", "not the one that the index named"), strict=True):
        with pytest.raises(EnvironmentFailed, match=words):
            await built(plan, paths, "omega")
    assert left_over(paths) == [] and not marker.exists()


async def test_what_a_killed_builder_leaves_is_never_used(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha"))
    plan = await planned(of(shop, "alpha"), paths)
    tasks: list[asyncio.Task[Environment]] = []

    def kill(step: str, _done: int, _total: int) -> None:
        if step == "Installing":
            tasks[0].cancel()

    tasks.append(asyncio.create_task(built(plan, paths, progress=kill)))
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert left_over(paths) == []
    # And what is younger than a day may be another builder's.
    (paths.environments / ".work-dead").mkdir()
    shelf.prune(paths)
    assert ".work-dead" in left_over(paths)
    shelf.prune(paths, now=time.time() + 2 * 86_400)
    assert ".work-dead" not in left_over(paths)


async def test_what_a_power_loss_left_empty_is_noticed_in_the_environment_and_in_the_cache(
    shop: Index, paths: Paths
) -> None:
    shop.put(wheel("alpha", code="word = 1"))
    plan = await planned(of(shop, "alpha"), paths)
    first = await built(plan, paths)
    assert await built(plan, paths) == first
    before = msgspec.json.encode({one.hash: "the run of the machine before" for one in plan.packages})
    (paths.packages / shelf.LEVEL / "held.json").write_bytes(before)
    record = shelf.read(first.folder)
    assert record is not None
    record.boot = "the run of the machine before"
    (first.folder / "built.json").write_bytes(msgspec.json.encode(record))
    shop.requests.clear()
    assert await built(plan, paths) == first and shop.requests == [], "all of it is there"
    (first.folder / "built.json").write_bytes(msgspec.json.encode(record))
    # One file of the environment, and with it of the cache, never came to the disk.
    os.truncate(shelf.site_packages(first.folder) / "alpha.py", 0)
    again = await built(plan, paths)
    assert again.folder != first.folder and await told(again, "import alpha; print(alpha.word)") == "1"
    assert "alpha-1.0-py3-none-any.whl" in shop.fetched


async def test_an_environment_that_was_changed_afterwards_is_not_used_again(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha"))
    plan = await planned(of(shop, "alpha"), paths)
    first = await built(plan, paths)
    (shelf.site_packages(first.folder) / "sneaked_in-1.0.dist-info").mkdir()
    second = await built(plan, paths)
    assert second.folder.name == f"{first.folder.name}.1" and second.name == f"{first.name}.1"
    assert [one.usable for one in sorted(shelf.standing(paths), key=lambda one: one.name)] == [False, True]


async def test_an_environment_is_removed_unless_a_kernel_runs_in_it(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha"), wheel("beta"))
    used = await built(await planned(of(shop, "alpha"), paths), paths)
    idle = await built(await planned(of(shop, "beta"), paths), paths)
    read, write = os.pipe()
    process = spawn(NONE, [str(used.python), "-c", "print(flush=True); input()"], cwd=used.folder, env={}, stdin=read)
    try:
        while used.folder not in {one.folder for one in shelf.standing(paths) if one.processes}:
            assert process.exit is None
            await asyncio.sleep(0.01)
        with pytest.raises(EnvironmentInUse, match=str(process.pid)):
            shelf.remove(paths, used.name)
        later = time.time() + 3600
        assert [one.name for one in shelf.prune(paths, budget=0, now=later)] == [idle.name]
        assert used.folder.exists() and not idle.folder.exists()
        # One that a process of another environment imports from is in use as well.
        shelf.hold(used.folder, os.getpid())
        shelf.hold(used.folder, process.pid)
        assert set(shelf.standing(paths)[0].processes) == {os.getpid(), process.pid}
        (used.folder / "held" / f"{os.getpid()}-{identity(os.getpid()).start}").unlink()  # type: ignore[union-attr]
    finally:
        os.close(write)
        os.close(read)
        await process.wait()
    assert [one.name for one in shelf.remove(paths, used.name)] == [used.name]
    with pytest.raises(EnvironmentMissing):
        shelf.remove(paths, used.name)
    assert left_over(paths) == []


async def test_the_ones_that_were_not_used_for_longest_go_first(shop: Index, paths: Paths) -> None:
    shop.put(*(wheel(name, code=f"# {name * 100_000}") for name in ("alpha", "beta", "gamma")))
    plans = [await planned(of(shop, name), paths) for name in ("alpha", "beta", "gamma")]
    made = [await built(plan, paths) for plan in plans]
    for age, one in zip((3000, 1000, 2000), made, strict=True):
        os.utime(one.folder / "built.json", (time.time() - age, time.time() - age))
    assert [one.name for one in shelf.prune(paths)] == []
    alone = shelf.standing(paths)[0].size
    whole = sum(dict(shelf._files(paths.environments)).values()) + sum(dict(shelf._files(paths.packages)).values())
    assert whole > 2 * alone
    assert [one.name for one in shelf.prune(paths, budget=0)] == [made[0].name, made[2].name, made[1].name]


async def test_a_full_disk_is_said_as_such(paths: Paths, tmp_path: Path) -> None:
    full = ["/bin/sh", "-c", "echo 'failed to write: No space left on device (os error 28)' >&2; exit 2"]
    with pytest.raises(StorageFailed, match="disk is full"):
        await uv.run_program(full, folder=tmp_path, env={}, seconds=60)


async def test_an_installer_that_never_ends_is_ended(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="did not come to an end"):
        await uv.run_program(
            [sys.executable, "-c", "import signal; signal.pause()"], folder=tmp_path, env={}, seconds=0.2
        )
