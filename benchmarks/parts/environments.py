"""An environment of numpy and pandas from a warm cache: from the click until its kernel answers, beside what uv alone
takes.

The click is what the page sends on *Trust & start*: `trust.approve`, then `kernel.start`, to a daemon through its
socket, of a notebook that was checked. Each has a notebook of its own and no environment that is there already.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measured import Row
from benchmarks.peers.ours import Ours
from fumehood.client import Notebook
from fumehood.core.paths import Paths
from fumehood.environments import bytecode, interpreters, locks, shelf, uv
from fumehood.environments.building import Environment, build
from fumehood.protocol.trust import Plan
from fumehood.testing.approvals import approved

ROUNDS = 7
BUDGET = 1500.0
NAMES = ("numpy", "pandas")


async def measure(bench: Bench) -> list[Row]:
    clicks: list[float] = []
    built: list[float] = []
    alone: list[float] = []
    again: list[float] = []
    async with bench.ours() as ours:
        paths = Paths.of_user({"FUMEHOOD_HOME": str(ours.folder / "home")})
        await ours.warm()
        plan, _took = await _click(ours, bench.place())
        environment = await build(approved(plan), plan, paths)
        # What is made in the background after the first environment with these packages.
        await asyncio.to_thread(
            bytecode.make, environment.folder, bytecode.of_kernel(plan.packages), paths.packages / shelf.LEVEL
        )
        for _number in range(bench.times(ROUNDS, 3)):
            alone.append(await _uv_alone(plan, paths, bench.place()))
            await _gone(environment)
            await ours.warm()
            clicks.append((await _click(ours, bench.place()))[1])
            again.append((await _click(ours, bench.place()))[1])
            await _gone(environment)
            began = time.perf_counter()
            environment = await build(approved(plan), plan, paths)
            built.append(1000 * (time.perf_counter() - began))
    what = "numpy + pandas, warm cache"
    return [
        Row(what=f"{what}: click to kernel answers", who="fumehood", unit="ms", samples=clicks, budget=BUDGET),
        Row(what=f"{what}: environment", who="fumehood", unit="ms", samples=built, note="the part without the kernel"),
        Row(what=f"{what}: environment", who="uv venv, uv pip sync", unit="ms", samples=alone, note="no kernel"),
        Row(what="environment that is there: click to kernel answers", who="fumehood", unit="ms", samples=again),
    ]


async def _click(ours: Ours, folder: Path) -> tuple[Plan, float]:
    """Of a notebook that was checked and is on the screen; its kernel is gone afterwards."""
    assert ours.client is not None
    path = folder / "asks.ipynb"
    metadata = {"runt": {"uv": {"dependencies": list(NAMES)}}}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": []}))
    notebook: Notebook = await ours.client.open(path)
    shown = await notebook.check()
    assert shown.plan is not None, shown.problem
    began = time.perf_counter()
    await notebook.approve(shown)
    await notebook.start()
    took = 1000 * (time.perf_counter() - began)
    await notebook.close()
    return shown.plan, took


async def _gone(environment: Environment) -> None:
    await asyncio.to_thread(shutil.rmtree, environment.folder)


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
