"""Which changes reach a running kernel."""

from __future__ import annotations

from msgspec.structs import replace

from fumehood.environments.live import adds_only, has
from fumehood.protocol.trust import Package, Plan


def package(name: str, version: str = "1", digit: str = "a") -> Package:
    return Package(name=name, version=version, url=f"https://x/{name}.whl", hash=f"sha256:{digit * 64}", size=1)


def plan(*packages: Package) -> Plan:
    return Plan(digest="", asked="", python="3.11.7", platform="linux-x86_64", packages=packages, hosts=())


def test_only_additions_to_the_very_same_files_are_live() -> None:
    before, after = plan(package("a"), package("b")), plan(package("a"), package("b"), package("c"))
    assert adds_only(has(before), after) and adds_only(has(before), before)
    for other, why in (
        (plan(package("a")), "a package less"),
        (plan(package("a", "2"), package("b"), package("c")), "another version"),
        (plan(package("a", digit="b"), package("b"), package("c")), "another file"),
        (replace(after, python="3.12.1"), "another Python"),
    ):
        assert not adds_only(has(before), other), why
    builder = replace(package("setuptools"), builder=True)
    assert has(plan(package("a"), builder)) == has(plan(package("a"))), "what only builds is not there"
