"""Plans for the tests of this folder."""

from __future__ import annotations

import msgspec

from fumehood.protocol.trust import Package, Plan
from fumehood.trust.canonical import plan_digest


def package(name: str, version: str = "1.0", build: bool = False, direct: bool = True) -> Package:
    file = f"{name}-{version}.tar.gz" if build else f"{name}-{version}-py3-none-any.whl"
    return Package(
        name=name,
        version=version,
        url=f"https://index.test/{file}",
        hash="sha256:" + (name + version).encode().hex().ljust(64, "0")[:64],
        size=1000,
        build=build,
        direct=direct,
    )


def plan(*packages: Package, asked: str = "a" * 64, python: str = "3.11.7") -> Plan:
    made = Plan(digest="", asked=asked, python=python, platform="linux", packages=packages, hosts=("index.test",))
    return msgspec.structs.replace(made, digest=plan_digest(made))
