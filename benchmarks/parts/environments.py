"""An environment of numpy and pandas from a warm cache: until its kernel answers, beside what uv alone takes."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measured import Row
from fumehood.core.paths import Paths
from fumehood.environments import bytecode, interpreters, locks, shelf, uv
from fumehood.environments.building import Environment, build
from fumehood.environments.resolving import resolve
from fumehood.kernels.kernel import Kernel
from fumehood.kernels.specs import of_environment
from fumehood.protocol.trust import Asked, Asker, Plan, Requirement
from fumehood.testing.approvals import approved

ROUNDS = 7
BUDGET = 1500.0
NAMES = ("numpy", "pandas")
_ASKER = Asker(kind="metadata", name="runt.uv")


async def measure(bench: Bench) -> list[Row]:
    paths = Paths.of_user({"FUMEHOOD_HOME": str(bench.place())})
    paths.create()
    asked = Asked(
        requirements=tuple(
            Requirement(text=name, ecosystem="pypi", kind="index", name=name, asker=_ASKER) for name in NAMES
        )
    )
    plan = await resolve(asked, frozenset(), paths)
    environment = await build(approved(plan), plan, paths)
    # What is made in the background after the first environment with these packages.
    await asyncio.to_thread(
        bytecode.make, environment.folder, bytecode.of_kernel(plan.packages), paths.packages / shelf.LEVEL
    )
    whole: list[float] = []
    built: list[float] = []
    alone: list[float] = []
    again: list[float] = []
    for number in range(bench.times(ROUNDS, 3)):
        alone.append(await _uv_alone(plan, paths, bench.place()))
        await asyncio.to_thread(shutil.rmtree, environment.folder)
        began = time.perf_counter()
        environment = await build(approved(plan), plan, paths)
        built.append(1000 * (time.perf_counter() - began))
        await _answer(environment, bench.place() / f"k{number}")
        whole.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        environment = await build(approved(plan), plan, paths)
        await _answer(environment, bench.place() / f"k{number}")
        again.append(1000 * (time.perf_counter() - began))
    what = "numpy + pandas, warm cache"
    return [
        Row(what=f"{what}: kernel answers", who="fumehood", unit="ms", samples=whole, budget=BUDGET),
        Row(what=f"{what}: environment", who="fumehood", unit="ms", samples=built, note="the part without the kernel"),
        Row(what=f"{what}: environment", who="uv venv, uv pip sync", unit="ms", samples=alone, note="no kernel"),
        Row(what="environment that is there: kernel answers", who="fumehood", unit="ms", samples=again),
    ]


async def _answer(environment: Environment, folder: Path) -> None:
    kernel = await Kernel.start(
        of_environment(environment.python),
        folder,
        Path("/"),
        dict(os.environ),
        lambda _message: None,
        lambda _channel, _fault, _count: None,
    )
    kernel.kill()
    await kernel.wait()


async def _uv_alone(plan: Plan, paths: Paths, folder: Path) -> float:
    """The same files from the same cache, as one would type it."""
    (folder / "pylock.toml").write_text(locks.write(plan.packages, plan.python))
    env = uv.environment(folder, paths.packages / shelf.LEVEL, "", os.environ)
    began = time.perf_counter()
    for arguments in (
        ["venv", "--python", str(interpreters.own().path), "e"],
        ["pip", "sync", "pylock.toml", "--python", "e/bin/python", "--link-mode", "hardlink", "--offline"],
    ):
        ran = await uv.run(arguments, folder=folder, env=env, seconds=60)
        assert ran.ok, ran.err
    took = 1000 * (time.perf_counter() - began)
    await asyncio.to_thread(shutil.rmtree, folder / "e")
    return took
