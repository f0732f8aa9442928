"""A plan is made from an index's word, and nobody's code runs while it is made."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest
from packaging.requirements import Requirement as Pep508

from fumehood.core.errors import EnvironmentFailed, HostNotAccepted, PlanImpossible, PythonMissing
from fumehood.core.paths import Paths
from fumehood.environments import locks, uv
from fumehood.environments.asking import read
from fumehood.environments.interpreters import own
from fumehood.environments.resolving import resolve
from fumehood.environments.sources import compose
from fumehood.protocol.trust import Asked
from fumehood.protocol.trust import Index as Source
from fumehood.testing.indexes import Index, sdist, tool, wheel
from fumehood.trust.canonical import plan_digest
from fumehood.trust.sheets import foreign_hosts
from tests.environments.asked import ASKER, PLAIN, address, index_of, named, of


async def test_a_plan_names_each_file_with_its_hash_its_size_and_who_needs_it(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha", needs=["beta>=2"]), wheel("beta", "1.0"), wheel("beta", "2.0"))
    plan = await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)
    alpha, beta, kernel = plan.packages
    assert (alpha.name, alpha.direct, alpha.needed_by) == ("alpha", True, ())
    assert (beta.version, beta.direct, beta.needed_by) == ("2.0", False, ("alpha",))
    assert (kernel.name, kernel.needed_by) == ("ipykernel", ("the kernel",))
    body = shop.files["beta-2.0-py3-none-any.whl"]
    assert beta.hash == f"sha256:{hashlib.sha256(body).hexdigest()}" and beta.size == len(body)
    assert beta.url == shop.file_url("beta-2.0-py3-none-any.whl") and beta.uploaded == "2026-01-02T03:04:05Z"
    assert plan.hosts == (shop.host,) and plan.digest == plan_digest(plan)
    again = await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)
    assert again == plan


async def test_who_needs_it_is_known_beside_an_address_and_the_size_of_files_in_own_folders(
    shop: Index, paths: Paths, tmp_path: Path
) -> None:
    shop.put(wheel("alpha", needs=["beta"]), wheel("gamma"))
    file, body = wheel("beta")
    (tmp_path / file).write_bytes(body)
    folder = Source(url=tmp_path.as_uri(), host="", role="links", foreign=False, asker=ASKER)
    direct = address(shop.file_url("gamma-1.0-py3-none-any.whl"), host=shop.host)
    asked = of(shop, "alpha", more=(folder,))
    plan = await resolve(
        msgspec.structs.replace(asked, requirements=(*asked.requirements, direct)),
        frozenset([shop.host]),
        paths,
        environ=PLAIN,
    )
    found = {one.name: one for one in plan.packages}
    assert found["beta"].needed_by == ("alpha",)
    assert (found["beta"].url, found["beta"].size) == ((tmp_path / file).as_uri(), len(body))


async def test_a_host_of_the_notebook_is_not_contacted_before_it_was_accepted_by_name(
    shop: Index, paths: Paths
) -> None:
    shop.put(wheel("alpha"))
    asked = of(shop, "alpha", foreign=True)
    with pytest.raises(HostNotAccepted) as refused:
        await resolve(asked, frozenset(), paths, environ=PLAIN)
    assert refused.value.data["hosts"] == [shop.host] and shop.requests == []
    plan = await resolve(asked, frozenset([shop.host]), paths, environ=PLAIN)
    assert [one.name for one in plan.packages] == ["alpha", "ipykernel"]


async def test_an_accepted_index_cannot_lead_to_a_host_that_nobody_accepted(
    shop: Index, other: Index, paths: Paths, tmp_path: Path
) -> None:
    file, body = wheel("alpha")
    shop.put((file, body))
    other.put((file, body))
    shop.elsewhere[file] = f"http://{other.host}/files/{file}"
    (tmp_path / "in").write_text("alpha\n")
    # The attack: by itself uv goes wherever an index leads it.
    env = {**uv.environment(tmp_path, tmp_path / "c", "", PLAIN), "UV_OFFLINE": "0"}
    arguments = ["pip", "compile", "in", "--no-build", "--default-index", shop.url, "--python", str(own().path)]
    assert (await uv.run(arguments, folder=tmp_path, env=env, seconds=60)).ok
    assert other.requests
    other.requests.clear()
    with pytest.raises(HostNotAccepted) as refused:
        await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)
    assert refused.value.data["hosts"] == [other.host] and other.requests == []
    plan = await resolve(of(shop, "alpha"), frozenset([other.host]), paths, environ=PLAIN)
    assert plan.hosts == tuple(sorted((shop.host, other.host)))


async def test_a_redirect_leads_to_no_other_host_whatever_the_surroundings_say_of_proxies(
    shop: Index, other: Index, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    for file, body in (wheel("alpha"), sdist("omega", tmp_path / "marker")):
        shop.put((file, body))
        other.put((file, body))
    shop.put(tool())
    for leads in (f"http://{other.host}", f"ftp://{other.host}"):
        for file in ("alpha-1.0-py3-none-any.whl", "omega-1.0.tar.gz"):
            shop.redirects = {f"/files/{file}": f"{leads}/files/{file}"}
            with pytest.raises((HostNotAccepted, EnvironmentFailed, PlanImpossible)):
                await resolve(of(shop, file.split("-")[0]), frozenset(), paths, environ={**PLAIN, "NO_PROXY": "*"})
    assert other.requests == []


async def test_what_a_package_needs_by_address_is_neither_fetched_nor_planned(
    shop: Index, other: Index, paths: Paths
) -> None:
    bad, body = wheel("gamma")
    other.put((bad, body))
    shop.put(wheel("alpha", needs=[f"gamma @ http://{other.host}/files/{bad}"]))
    with pytest.raises((PlanImpossible, HostNotAccepted)):
        await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)
    # Also from a file that the notebook names by address, whose needs uv would follow.
    asked = of(shop, more=())
    direct = address(shop.file_url("alpha-1.0-py3-none-any.whl"), host=shop.host)
    with pytest.raises((PlanImpossible, HostNotAccepted)):
        await resolve(
            msgspec.structs.replace(asked, requirements=(direct,)), frozenset([shop.host]), paths, environ=PLAIN
        )
    assert other.requests == []


async def test_a_source_distribution_runs_nothing_while_it_is_planned(
    shop: Index, paths: Paths, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    shop.put(sdist("alpha", marker, needs=["beta"]), wheel("beta"), tool())
    shop.put(wheel("omega", needs=["alpha"]))
    # The attack: whoever asks the code what it needs has run it.
    env = {**uv.environment(tmp_path, tmp_path / "c", "", PLAIN), "UV_OFFLINE": "0"}
    arguments = ["build", "--wheel", "--default-index", shop.url, "--python", str(own().path)]
    (tmp_path / "alpha-1.0.tar.gz").write_bytes(shop.files["alpha-1.0.tar.gz"])
    await uv.run([*arguments, "alpha-1.0.tar.gz"], folder=tmp_path, env=env, seconds=60)
    assert marker.exists()
    marker.unlink()
    for shop.html in (False, True):
        plan = await resolve(of(shop, "omega"), frozenset(), paths, environ=PLAIN)
        assert not marker.exists()
        found = {one.name: one for one in plan.packages}
        assert found["alpha"].build and not found["alpha"].direct
        assert not found["beta"].build and found["beta"].needed_by == ()
        assert found["tiny-backend"].builder and found["tiny-backend"].needed_by == ("alpha",)


async def test_repositories_folders_and_conda_are_left_out_and_named(shop: Index, other: Index, paths: Paths) -> None:
    asked = msgspec.structs.replace(
        of(shop),
        requirements=(
            address(f"git+http://{other.host}/x.git", "vcs", other.host),
            address("./evil", "path"),
            msgspec.structs.replace(named("numpy"), ecosystem="conda"),
        ),
    )
    plan = await resolve(asked, frozenset([other.host]), paths, environ=PLAIN)
    assert [one.name for one in plan.packages] == ["ipykernel"]
    assert [("repository" in x.message, "machine" in x.message, "conda" in x.message) for x in plan.left] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert other.requests == []


@pytest.mark.parametrize(
    "text", ["-r /etc/passwd", "--index-url http://x/", "a @ http://x/a-1-py3-none-any.whl", "a\n-e ."]
)
async def test_a_requirement_is_never_an_option_of_the_installer(shop: Index, paths: Paths, text: str) -> None:
    bad = msgspec.structs.replace(named("alpha"), text=text)
    with pytest.raises(PlanImpossible):
        await resolve(msgspec.structs.replace(of(shop), requirements=(bad,)), frozenset(), paths, environ=PLAIN)
    assert shop.requests == []


#: A marker's text, as it is written anew, ends its line: what follows is a line of its own.
SMUGGLED = """alpha ; platform_machine != 'a" or os_name == "posix\\n{}\\nalpha ; os_name == "posix'"""


@pytest.mark.parametrize("line", ["-r {secret}", "--extra-index-url {other}", "omega", "omega @ file://{wheel}"])
async def test_a_requirement_is_one_line_and_names_what_it_says(
    shop: Index, other: Index, paths: Paths, tmp_path: Path, line: str
) -> None:
    file, body = wheel("omega")
    (tmp_path / file).write_bytes(body)
    (tmp_path / "secret").write_text("word==1\n")
    shop.put(wheel("alpha"), (file, body))
    smuggled = line.format(secret=tmp_path / "secret", other=other.url, wheel=tmp_path / file)
    text = SMUGGLED.format(smuggled)
    assert str(Pep508(text)).splitlines()[1] == smuggled, "the attack: as packaging writes it"
    bad = msgspec.structs.replace(named("alpha"), text=text)
    with pytest.raises(PlanImpossible, match="read as something else"):
        await resolve(msgspec.structs.replace(of(shop), requirements=(bad,)), frozenset(), paths, environ=PLAIN)
    assert not {"/simple/omega/", "/simple/word/"} & set(shop.requests) and other.requests == []


@pytest.mark.parametrize("text", ["alpha===1\\", "alpha===${HTTPS_PROXY}", "alpha ; os_name != '${HOME}'"])
async def test_a_requirement_takes_neither_the_next_line_nor_a_variable(shop: Index, paths: Paths, text: str) -> None:
    bad = msgspec.structs.replace(named("alpha"), text=text)
    with pytest.raises(PlanImpossible, match="read as something else"):
        await resolve(msgspec.structs.replace(of(shop), requirements=(bad,)), frozenset(), paths, environ=PLAIN)


async def test_an_index_leads_to_no_file_of_this_machine(shop: Index, paths: Paths, tmp_path: Path) -> None:
    file, body = wheel("alpha")
    (tmp_path / file).write_bytes(body)
    shop.put((file, body))
    shop.elsewhere[file] = (tmp_path / file).as_uri()
    with pytest.raises(PlanImpossible, match="a file of this machine for alpha"):
        await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)


def test_the_same_host_without_encryption_is_asked_about_and_gets_no_password() -> None:
    """Whoever stands on the way would hear the user's password, and choose the files."""
    environ = {"UV_DEFAULT_INDEX": "https://me:word@corp.example/simple", "HOME": "/nonexistent"}
    metadata = {"fumehood": {"dependencies": {"requirements": ["alpha"], "indexes": ["http://corp.example/simple"]}}}
    asked = read(metadata, (), None, environ, Path("/nonexistent"))
    assert foreign_hosts(asked) == ("corp.example:80",)
    with pytest.raises(HostNotAccepted):
        compose(asked, frozenset(), environ)
    options = compose(asked, ["corp.example:80"], environ).options
    assert "https://me:word@corp.example/simple" in options and "http://corp.example/simple" in options
    assert locks.with_credentials("http://corp.example/a.whl", {"corp.example": "me:word"}).count("word") == 0


def test_the_name_of_a_wheel_costs_as_much_as_its_letters() -> None:
    """Five million tags in two thousand letters: a minute and gigabytes, in the daemon."""
    many = ["-".join([".".join(f"{one}{number}" for number in range(170)) for one in "pqr"])]
    assert locks.named_by_wheel(f"https://x.example/alpha-1.0-{many[0]}.whl") == ""
    assert locks.named_by_wheel("https://x.example/alpha-1.0-py2.py3-none-any.whl") == "alpha"


async def test_the_surroundings_say_nothing_to_the_installer(
    shop: Index, other: Index, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put(wheel("alpha"))
    other.put(wheel("alpha", "9.0"))
    (tmp_path / "uv.toml").write_text(f'[[index]]\nurl = "{other.url}"\ndefault = true\n')
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {other.url}\n")
    (tmp_path / ".config" / "uv").mkdir(parents=True)
    (tmp_path / ".config" / "uv" / "uv.toml").write_text((tmp_path / "uv.toml").read_text())
    monkeypatch.chdir(tmp_path)
    hostile = {**PLAIN, "HOME": str(tmp_path), "UV_DEFAULT_INDEX": other.url, "UV_INDEX": other.url}
    hostile |= {"UV_CONFIG_FILE": str(tmp_path / "uv.toml"), "PIP_INDEX_URL": other.url, "UV_NO_BUILD": "0"}
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    plan = await resolve(of(shop, "alpha"), frozenset(), paths, environ=hostile)
    assert plan.packages[0].version == "1.0" and other.requests == []


async def test_a_python_that_is_not_here_is_not_downloaded(shop: Index, paths: Paths) -> None:
    with pytest.raises(PythonMissing, match=r"asks for Python ==2\.7\.\*"):
        await resolve(of(shop, python="==2.7.*"), frozenset(), paths, environ=PLAIN)
    assert shop.requests == []
    plan = await resolve(of(shop, python=f"=={own().version}"), frozenset(), paths, environ=PLAIN)
    assert plan.python == own().version


async def test_what_cannot_be_had_is_said_in_the_resolver_s_words(shop: Index, paths: Paths) -> None:
    shop.put(wheel("alpha", needs=["beta>3"]), wheel("beta"))
    with pytest.raises(PlanImpossible, match="beta"):
        await resolve(of(shop, "alpha"), frozenset(), paths, environ=PLAIN)
    with pytest.raises(PlanImpossible, match="missing"):
        await resolve(of(shop, "missing"), frozenset(), paths, environ=PLAIN)


async def test_nothing_of_a_resolution_is_left_behind(shop: Index, paths: Paths) -> None:
    await resolve(of(shop), frozenset(), paths, environ=PLAIN)
    assert list(paths.environments.iterdir()) == []


async def test_nothing_asked_for_is_a_kernel_and_nothing_else(shop: Index, paths: Paths) -> None:
    asked = Asked(indexes=(index_of(shop, "default", foreign=False),))
    plan = await resolve(asked, frozenset(), paths, environ=PLAIN)
    assert [one.name for one in plan.packages] == ["ipykernel"]


async def test_what_an_index_says_of_a_project_is_told_and_what_it_does_not_say_is_not_known(
    shop: Index, paths: Paths
) -> None:
    shop.put(wheel("alpha", "1.0"), wheel("alpha", "2.0"), wheel("beta"))
    plan = await resolve(of(shop, "alpha==2.0", "beta"), frozenset(), paths, environ=PLAIN)
    for one in plan.packages:
        assert (one.status, one.publisher, one.publisher_before, one.yanked) == ("", "", "", False)
    shop.status = {"alpha": "archived", "beta": "wonderful"}
    shop.yanked = {"alpha-2.0-py3-none-any.whl"}
    shop.publishers = {"alpha-1.0-py3-none-any.whl": "alpha/alpha", "alpha-2.0-py3-none-any.whl": "mallory/alpha"}
    alpha, beta, kernel = (await resolve(of(shop, "alpha==2.0", "beta"), frozenset(), paths, environ=PLAIN)).packages
    assert (alpha.status, alpha.yanked, alpha.born) == ("archived", True, "2026-01-02T03:04:05.678901Z")
    assert (alpha.publisher, alpha.publisher_before) == ("GitHub mallory/alpha", "GitHub alpha/alpha")
    assert (beta.status, beta.publisher_before) == ("", "") and kernel.born == ""
    del shop.publishers["alpha-2.0-py3-none-any.whl"]
    alpha = (await resolve(of(shop, "alpha==2.0"), frozenset(), paths, environ=PLAIN)).packages[0]
    assert (alpha.publisher, alpha.publisher_before) == ("", "GitHub alpha/alpha"), "nobody attests it any more"


@pytest.mark.parametrize("html", [False, True])
async def test_what_an_index_holds_in_quarantine_is_said_and_not_only_missing(
    shop: Index, paths: Paths, html: bool
) -> None:
    """An index gives out no file of it (PEP 792): the resolver only finds that there is none."""
    shop.put(wheel("alpha"), wheel("beta"))
    shop.status = {"alpha": "quarantined"}
    shop.html = html
    with pytest.raises(PlanImpossible, match="holds alpha in quarantine"):
        await resolve(of(shop, "alpha", "beta"), frozenset(), paths, environ=PLAIN)
    assert not any("alpha" in one for one in shop.fetched)
