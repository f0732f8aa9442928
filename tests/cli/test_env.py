"""`hood env`: the environments on this machine, without a daemon."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from fumehood.core.paths import Paths
from fumehood.environments.building import Environment, build
from fumehood.environments.resolving import resolve
from fumehood.testing.approvals import approved
from fumehood.testing.homes import processes_of
from fumehood.testing.indexes import index, wheel
from tests.cli.conftest import Hood
from tests.environments.asked import PLAIN, of


async def make(home: Path) -> Environment:
    paths = Paths.of_user({"FUMEHOOD_HOME": str(home)})
    paths.create()
    with index() as shop:
        shop.put(wheel("alpha"))
        plan = await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)
        return await build(approved(plan), plan, paths, environ=PLAIN, notebook=Path("/n/some \x1b[31m.ipynb"))


def test_environments_are_listed_and_removed_without_a_daemon(hood: Hood, fumehood_home: Path) -> None:
    assert "No environment" in hood("env", "list").stderr
    made = asyncio.run(make(fumehood_home))
    shown = hood("env", "list").stdout
    assert made.name in shown and "alpha" in shown and "ready" in shown and "\x1b" not in shown
    (listed,) = json.loads(hood("env", "list", "--json").stdout)["environments"]
    assert (listed["name"], listed["wanted"], listed["usable"]) == (made.name, ["alpha"], True)
    assert hood("env", "remove", made.name, "another").returncode == 3 and made.folder.exists()
    assert json.loads(hood("env", "prune", "--budget", "0", "--json").stdout) == {"removed": []}, "it is fresh"
    assert json.loads(hood("env", "remove", made.name, "--json").stdout)["removed"][0]["name"] == made.name
    assert not made.folder.exists() and processes_of(fumehood_home) == []
