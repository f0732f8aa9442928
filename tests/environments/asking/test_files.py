"""What lies beside a notebook, and the user's own configuration: real files, and hostile ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.environments.asking import asks, digest, read, yaml_events
from fumehood.environments.asking.poetry import constraint
from fumehood.protocol.trust import Asked

Ask = Callable[..., Asked]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def ask(project: Path, tmp_path: Path) -> Ask:
    def asking(**environ: str) -> Asked:
        return read({}, [], project / "work.ipynb", environ, tmp_path / "home")

    return asking


def offered(asked: Asked) -> list[str]:
    return [one.text for one in asked.offered]


def said(asked: Asked) -> str:
    return "\n".join(f"{one.asker.name}:{one.asker.line}: {one.message}" for one in asked.complaints)


def test_files_beside_a_notebook_are_offers_and_of_them_nothing_acts(project: Path, ask: Ask) -> None:
    plain = digest(ask())
    (project / "requirements.txt").write_text("evil\n")
    asked = ask()
    assert offered(asked) == ["evil"] and asked.requirements == () and not asks(asked)
    assert digest(asked) == plain


def test_a_pyproject_is_read_with_groups_sources_and_indexes(project: Path, ask: Ask) -> None:
    (project / "pyproject.toml").write_text("""
[project]
dependencies = ["numpy>=1.26",
                "q"]
dynamic = ["version"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.uv]
index-strategy = "unsafe-best-match"
[tool.uv.sources]
q = { path = "vendor/q" }
[[tool.uv.index]]
name = "mine"
url = "https://u:secret@i.example/simple"
""")
    asked = ask()
    assert [(one.text, one.asker.line, one.asker.name) for one in asked.offered] == [
        ("numpy>=1.26", 3, "pyproject.toml"),
        ("q @ ./vendor/q", 4, "pyproject.toml"),
        ("pytest", 7, "pyproject.toml [group dev]"),
        ("ruff", 8, "pyproject.toml [group dev]"),
        ("ruff", 8, "pyproject.toml [group lint]"),
    ]
    assert [(one.host, one.foreign) for one in asked.indexes] == [("i.example", True)]
    assert "index-strategy" in said(asked) and "secret" not in repr(asked)


def by_offer(asked: Asked) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in asked.offered:
        found.setdefault(one.asker.name.removeprefix("pyproject.toml").strip(" []"), []).append(one.text)
    return found


def test_extras_and_groups_are_offers_of_their_own_and_a_project_never_means_a_package_of_its_name(
    project: Path, ask: Ask
) -> None:
    (project / "pyproject.toml").write_text("""
[project]
name = "My.Thing"
dependencies = ["numpy", "my-thing[fast]"]
[project.optional-dependencies]
Plot = ["matplotlib", "numpy"]
fast = ["numba"]
all = ["my_thing[plot,fast]", "rich"]
loop = ["my-thing[loop]", "my-thing[gone]"]
odd = "matplotlib"
[dependency-groups]
test = ["pytest", {include-group = "test"}, "my-thing[plot]"]
""")
    asked = ask()
    assert by_offer(asked) == {
        "": ["numpy", "numba"],
        "extra plot": ["matplotlib", "numpy"],
        "extra fast": ["numba"],
        "extra all": ["numba", "matplotlib", "numpy", "rich"],
        "group test": ["pytest", "matplotlib", "numpy"],
    }
    assert "extra 'gone' is not there" in said(asked) and "extra 'odd' is not a list" in said(asked)
    assert not asks(asked)


def test_poetry_s_tables_are_offers_and_what_no_requirement_can_say_is_said(project: Path, ask: Ask) -> None:
    (project / "pyproject.toml").write_text("""
[tool.poetry.dependencies]
python = "^3.11"
numpy = "^1.26"
pandas = {version = "~2.1", extras = ["excel"], python = ">=3.9,<4"}
either = "^1 || ^2"
here = {path = "../here"}
there = {git = "https://g.example/there", rev = "abc"}
plotly = {version = "*", optional = true}
both = [{version = "1.*", markers = "sys_platform == 'linux'"}, {version = ">=2"}]
[tool.poetry.extras]
plot = ["plotly"]
[tool.poetry.group.dev.dependencies]
pytest = "8.0"
[tool.poetry.dev-dependencies]
ruff = "*"
[[tool.poetry.source]]
name = "mine"
url = "https://i.example/simple"
""")
    asked = ask()
    assert by_offer(asked) == {
        "": [
            "numpy>=1.26,<2",
            'pandas[excel]>=2.1,<2.2 ; python_version >= "3.9" and python_version < "4"',
            "here @ ../here",
            "there @ git+https://g.example/there@abc",
            "both==1.* ; (sys_platform == 'linux')",
            "both>=2",
        ],
        "extra plot": ["plotly"],
        "group dev": ["ruff", "pytest==8.0"],
    }
    assert [one.asker.line for one in asked.offered] == [4, 5, 7, 8, 10, 10, 9, 16, 14]
    assert [(one.host, one.foreign) for one in asked.indexes] == [("i.example", True)]
    assert "either '^1 || ^2': this constraint is not read" in said(asked)


@pytest.mark.parametrize(
    ("poetry", "ours"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("^2.0b1", ">=2.0b1,<3"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.2", "~=1.2"),
        (">=1.0 <2.0", ">=1.0,<2.0"),
        ("!= 1.5, >1", "!=1.5,>1"),
        ("1.2.*", "==1.2.*"),
        ("*", ""),
        ("1.0 ; os_name", None),
        ("^x", None),
        ("@ https://evil", None),
        ("", None),
    ],
)
def test_a_constraint_of_poetry_is_one_of_pep_440_or_none(poetry: str, ours: str | None) -> None:
    assert constraint(poetry) == ours


def test_our_own_pyproject_is_read_as_it_is(tmp_path: Path) -> None:
    asked = read({}, [], ROOT / "examples" / "pbmc.ipynb", {}, tmp_path)
    assert {"msgspec", "packaging", "pycrdt"} <= {one.name for one in asked.offered}


def test_requirements_include_files_of_their_own_folder_and_no_others(project: Path, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("from-outside\n")
    (project / "more").mkdir()
    (project / "link").symlink_to(tmp_path)
    os.mkfifo(project / "fifo.txt")
    (project / "requirements.txt").write_text("""# what we need
--index-url https://u:secret@i.example/simple
-r more/a.txt
-r ../secret.txt
-r link/secret.txt
-r fifo.txt
-r https://h.example/r.txt
-c constraints.txt
numpy==2.0 \\
    --hash=sha256:00
-e git+https://g.example/e#egg=e   # a comment
pandas[excel] ; python_version > "3"
thing-${TOKEN}
--pre
""")
    (project / "more" / "a.txt").write_text("rich\n-r a.txt\n-r ../requirements.txt\n")
    asked = ask()
    assert offered(asked) == [
        "numpy==2.0",
        "git+https://g.example/e#egg=e",
        'pandas[excel] ; python_version > "3"',
        "rich",
    ]
    # Whoever takes the file up takes up what it includes.
    assert {(one.asker.name, one.asker.line) for one in asked.offered if one.text == "rich"} == {
        ("requirements.txt", 3)
    }
    assert {one.asker.name for one in asked.offered} == {"requirements.txt"}
    assert [one.host for one in asked.indexes] == ["i.example"]
    for complaint in (
        "../secret.txt",
        "link/secret.txt",
        "fifo.txt",
        "h.example/r.txt",
        "constraints",
        "hashes",
        "TOKEN",
        "--pre",
    ):
        assert complaint in said(asked), complaint
    assert "from-outside" not in repr(asked) and "u:secret" not in repr(asked)


def test_an_environment_file_is_read_with_what_pip_installs_in_it(project: Path, ask: Ask) -> None:
    (project / "environment.yml").write_text("""
name: analysis
channels: [conda-forge, "https://c.example/t/tk-secret/label"]
dependencies:
  - python=3.10
  - bioconda::samtools
  - pip:
    - requests
    - -r more.txt
""")
    asked = ask()
    assert offered(asked) == ["python=3.10", "bioconda::samtools", "requests"]
    assert [one.ecosystem for one in asked.offered] == ["conda", "conda", "pypi"]
    assert "c.example" in said(asked) and "tk-secret" not in repr(asked)


def test_a_pixi_file_has_packages_of_both_kinds(project: Path, ask: Ask) -> None:
    (project / "pixi.toml").write_text("""
[workspace]
channels = ["conda-forge"]
[dependencies]
scanpy = { version = ">=1.9", channel = "bioconda" }
zlib = "1.3.*"
[pypi-dependencies]
own = { git = "https://g.example/own", rev = "1" }
rich = "*"
[feature.test.dependencies]
pytest = ">=8"
""")
    assert offered(ask()) == [
        "bioconda::scanpy>=1.9",
        "zlib 1.3.*",
        "own @ git+https://g.example/own@1",
        "rich",
        "pytest>=8",
    ]


def test_indexes_of_the_folder_are_foreign_and_those_of_the_user_are_not(
    project: Path, ask: Ask, tmp_path: Path
) -> None:
    (project / "uv.toml").write_text(
        'index-url = "https://theirs.example"\n[pip]\nextra-index-url = ["https://x.example"]\n'
    )
    (project / "pip.conf").write_text("[global]\nindex-url = https://conf.example\n")
    (project / ".python-version").write_text("3.9\n")
    mine = tmp_path / "home" / ".config" / "uv"
    mine.mkdir(parents=True)
    (tmp_path / "dotfiles.toml").write_text('index-url = "https://mine.example"\n')
    (mine / "uv.toml").symlink_to(tmp_path / "dotfiles.toml")
    asked = ask(PIP_INDEX_URL="https://never.example", UV_INDEX="name=https://more.example", UV_PYTHON="3.9")
    foreign = {one.host: one.role for one in asked.indexes if one.foreign}
    own = {one.host: one.role for one in asked.indexes if not one.foreign}
    assert foreign == {"theirs.example": "default", "x.example": "extra", "conf.example": "default"}
    assert own.pop("mine.example") == "default" and own.pop("more.example") == "extra"
    assert "never.example" not in own, "of the user's own, one default counts: uv's before pip's"
    assert asked.python == "" and ".python-version" in said(asked) and "UV_PYTHON" in said(asked)


def test_only_folders_up_to_the_checkout_or_below_home_speak(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("above\n")
    home = tmp_path / "home"
    deep = home / "a" / "b"
    deep.mkdir(parents=True)
    (home / "requirements.txt").write_text("of-home\n")
    assert offered(read({}, [], deep / "n.ipynb", {}, home)) == []
    assert offered(read({}, [], home / "n.ipynb", {}, home)) == []
    (home / "a" / "requirements.txt").write_text("ours\n")
    assert offered(read({}, [], deep / "n.ipynb", {}, home)) == ["ours"]
    elsewhere = tmp_path / "elsewhere" / "x"
    elsewhere.mkdir(parents=True)
    assert offered(read({}, [], elsewhere / "n.ipynb", {}, home)) == []
    (elsewhere / ".git").write_text("gitdir: ..")
    (tmp_path / "elsewhere" / "requirements.txt").write_text("above-the-checkout\n")
    assert offered(read({}, [], elsewhere / "n.ipynb", {}, home)) == []


def test_links_fifos_devices_and_huge_files_are_not_read_and_not_waited_for(
    project: Path, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "target").write_text("[project]\ndependencies = ['linked']\n")
    (project / "pyproject.toml").symlink_to(tmp_path / "target")
    os.mkfifo(project / "requirements.txt")
    (project / "environment.yml").symlink_to("/dev/zero")
    (project / "pixi.toml").write_bytes(b"#" * (1 << 20))
    (project / "uv.toml").mkdir()
    asked = ask()
    assert asked.offered == () and len(asked.complaints) == 5


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [*x, *x]",
        "&a [1]",
        "[" * 20_000,
        "- " * 20_000,
        "a: " * 300,
        "{a: 1, a: 2}",
        "--- a\n--- b",
        "? [1]\n: 2",
        "- " + "x, " * 60_000,
        "[" + "x, " * 60_000 + "]",
        "\x00",
        "a: !!python/object/apply:os.system ['touch proof']",
        "%YAML 9.9\n--- a",
    ],
)
def test_yaml_that_is_more_than_data_is_refused_or_is_text(text: str) -> None:
    try:
        value = yaml_events.read(text)
    except ValueError:
        return
    assert isinstance(value, dict | list | str)
    assert not Path("proof").exists()


NAMES = ["pyproject.toml", "requirements.txt", "environment.yml", "pixi.toml", "uv.toml", "pip.conf", ".python-version"]
WORDS = """[project]\n|dependencies| = |[|]|"a"|\n|-r |-e |--index-url |https://u:p@[h/|- |: |&a |*a|\\\n|{|}|\x00
|[tool.uv]\n|[global]\n|index-url=|pip:|\t|'"""
PIECES = st.lists(st.sampled_from(WORDS.encode().split(b"|")) | st.binary(max_size=6), max_size=20)


@given(st.sampled_from(NAMES), PIECES)
def test_no_bytes_of_a_file_make_reading_fail(
    tmp_path_factory: pytest.TempPathFactory, name: str, pieces: list[bytes]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "hostile"
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    for other in NAMES:
        (folder / other).unlink(missing_ok=True)
    (folder / name).write_bytes(b"".join(pieces))
    asked = read({}, [], folder / "n.ipynb", {}, folder / "home")
    assert asked.requirements == ()
    assert "u:p@" not in repr(asked)


#: Half a megabyte each, and minutes or an error at the opening of whatever notebook lies beside it.
MONSTERS = {
    "a key of many parts": "a" + ".a" * 200_000 + " = 1",
    "a table of many parts": "[" + ".".join("a" * 200_000) + "]",
    "a key of many texts": ".".join(['"a"'] * 100_000) + " = 1",
    "lists in lists": "a = " + "[" * 400_000,
    "groups that include each other": '[project]\nname = "x"\n[dependency-groups]\n'
    + "".join(f'g{n} = [{{ include-group = "g{n + 1}" }}]\n' for n in range(5_000)),
    "extras that include each other": '[project]\nname = "x"\n[project.optional-dependencies]\n'
    + "".join(f'g{n} = ["x[g{n + 1}]"]\n' for n in range(5_000)),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("monster", MONSTERS)
def test_a_monstrous_project_is_said_and_nothing_waits_for_it(ask: Ask, project: Path, monster: str) -> None:
    (project / "pyproject.toml").write_text(MONSTERS[monster])
    asked = ask()
    assert not asks(asked) and asked.complaints
    assert len(MONSTERS[monster]) > 100_000


def test_what_is_no_monster_is_read(ask: Ask, project: Path) -> None:
    deep, long = ".".join(["a"] * 40), "x." * 500
    lines = (f"[tool.{deep}]", f'{deep} = "{long}"  # {long}', f'z = """{long}\n"""', "[project]")
    (project / "pyproject.toml").write_text("\n".join((*lines, 'dependencies = ["numpy"]')))
    assert offered(ask()) == ["numpy"]
