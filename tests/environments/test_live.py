"""Which changes reach a running kernel."""

from __future__ import annotations

from msgspec.structs import replace

from fumehood.environments.live import added, adds_only
from fumehood.protocol.trust import Package, Plan


def package(name: str, version: str = "1", digit: str = "a") -> Package:
    return Package(name=name, version=version, url=f"https://x/{name}.whl", hash=f"sha256:{digit * 64}", size=1)


def plan(*packages: Package) -> Plan:
    return Plan(digest="", asked="", python="3.11.7", platform="linux-x86_64", packages=packages, hosts=())


def test_only_additions_to_the_very_same_files_are_live() -> None:
    before = plan(package("a"), package("b"))
    after = plan(package("a"), package("b"), package("c"))
    assert adds_only(before, after) and [one.name for one in added(before, after)] == ["c"]
    assert adds_only(before, before) and added(before, before) == ()
    assert not adds_only(after, before), "a package less"
    assert not adds_only(before, plan(package("a", "2"), package("b"), package("c"))), "another version"
    assert not adds_only(before, plan(package("a", digit="b"), package("b"), package("c"))), "another file"
    assert not adds_only(before, replace(after, python="3.12.1"))
