"""What cells would install: each way that people write it, and the texts that only look like one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.environments.asking import intercept, read, speaks

WAYS = [
    ("%pip install -q evil", "pip", "magic"),
    ("%pip3 install evil", "pip3", "magic"),
    ("%uv pip install evil", "uv", "magic"),
    ("%uv add evil", "uv", "magic"),
    ("%conda install -y -c bioconda evil", "conda", "magic"),
    ("%mamba install evil", "mamba", "magic"),
    ("%micromamba create evil", "micromamba", "magic"),
    ("pip install evil", "pip", "magic"),
    ("%%capture out\n%pip install evil", "pip", "magic"),
    ("!pip install --quiet evil", "pip", "shell"),
    ("if True:\n    !{sys.executable} -m pip install evil", "pip", "shell"),
    ("said = !pip install evil", "pip", "shell"),
    ("!!pip install evil", "pip", "shell"),
    ("%sx pip install evil", "pip", "shell"),
    ("!sudo -H pip3.11 install evil && echo done", "pip3.11", "shell"),
    ("!PIP_QUIET=1 /opt/bin/pip install \\\n  evil", "pip", "shell"),
    ("!bash -lc 'cd /tmp; pip install evil'", "pip", "shell"),
    ("!uv run --with evil python x.py", "uv", "shell"),
    ("!uvx evil", "uvx", "shell"),
    ("!pixi add --pypi evil", "pixi", "shell"),
    ("!pipx install evil", "pipx", "shell"),
    ("%%bash\nset -e\nconda install evil", "conda", "shell"),
    ("%%sh\nfor x in 1; do pip install evil; done", "pip", "shell"),
    ("get_ipython().system('pip install evil')", "pip", "call"),
    ("get_ipython().run_line_magic('pip', 'install evil')", "pip", "call"),
    ("get_ipython().run_cell_magic('bash', '', 'pip install evil')", "pip", "call"),
    ("import os; os.system('pip install evil')", "pip", "call"),
    ("subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'evil'])", "pip", "call"),
    ("subprocess.run('pip install evil'.split())", "pip", "call"),
    ("run(f'{sys.executable} -m pip install evil', shell=True)", "pip", "call"),
    ("Popen(['pip', 'install'] + ['evil'])", "pip", "call"),
    ("os.execvp('pip', ['pip', 'install', 'evil'])", "pip", "call"),
    ("await asyncio.create_subprocess_exec('pip', 'install', 'evil')", "pip", "call"),
    ("pip.main(['install', 'evil'])", "pip", "call"),
    ("%matplotlib inline\nos.system?\nos.system('pip install evil')", "pip", "call"),
    ("await micropip.install('evil')", "pip", "call"),
]


@pytest.mark.parametrize(("source", "tool", "how"), WAYS, ids=[way[0][:40] for way in WAYS])
def test_each_way_to_install_is_recognised_with_what_it_installs(source: str, tool: str, how: str) -> None:
    assert speaks(source), "who follows edits looks at this cell"
    (install,) = intercept(source, "cell")
    assert (install.tool, install.how) == (tool, how)
    assert [one.name for one in install.requirements] == ["evil"]
    assert {one.asker.kind for one in install.requirements} == {"cell"}


@pytest.mark.parametrize(
    "source",
    [
        "# !pip install evil",
        "text = '''\n%pip install evil\n'''",
        "print('pip install evil')",
        "!pip list",
        "%pip show evil",
        "!uv --version",
        "%conda info",
        "!ls",
        "pipeline = 1\npipeline.install('evil')",
        "%%html\n<p>pip install evil</p>",
    ],
)
def test_what_only_looks_like_one_is_none(source: str) -> None:
    assert intercept(source) == ()


def test_indexes_files_and_addresses_of_a_command_are_read_without_credentials() -> None:
    (install,) = intercept(
        "!pip install -r r.txt -i https://u:secret@i.example/simple 'a>=1' git+https://g.example/b $C"
    )
    assert [one.host for one in install.indexes] == ["i.example"]
    assert [(one.kind, one.text) for one in install.requirements] == [
        ("index", "a>=1"),
        ("vcs", "git+https://g.example/b"),
    ]
    assert install.files == ("r.txt",) and "$C" in repr(install.complaints)
    assert "secret" not in repr(install.indexes) + repr(install.requirements)


def test_real_notebooks_that_begin_by_installing_are_seen(notebooks: Path) -> None:
    seen = {}
    for file in sorted(notebooks.glob("*.ipynb")):
        try:
            cells = msgspec.json.decode(file.read_bytes()).get("cells", [])
        except msgspec.DecodeError:
            continue
        sources = [(str(n), "".join(c["source"])) for n, c in enumerate(cells) if c["cell_type"] == "code"]
        asked = read({}, sources, None, {}, Path("/nonexistent"))
        if asked.magics:
            seen[file.stem] = [one.name for one in asked.magics]
        assert asked.requirements == ()
    assert seen == {
        "anywidget-counter": ["anywidget"],
        "ipywidgets-output-widget": ["ipywidgets"],
        "ipywidgets-widget-basics": ["ipywidgets"],
        "ipywidgets-widget-events": ["ipywidgets"],
    }


def test_ordinary_cells_are_not_read_again_at_each_key() -> None:
    for source in ("x = 1", "pipeline.fit(x)", "uvicorn = 1", "!ls", "%matplotlib inline", "condition = 2 // 3"):
        assert not speaks(source)
    assert speaks("#/// script")


PIECES = [
    "!pip install ",
    "%",
    "%%bash\n",
    "pip",
    "uv ",
    "\\\n",
    "'",
    '"',
    "&&",
    "|",
    "\n",
    " ",
    "(",
    "[",
    "$x",
    "{y}",
    "os.system(",
    "- ",
]


@given(
    st.lists(st.sampled_from([*PIECES, "install evil", "\x00", "\ud800", "\u202e"]) | st.text(max_size=4), max_size=25)
)
def test_no_cell_makes_it_fail(pieces: list[str]) -> None:
    for install in intercept("".join(pieces)):
        assert install.line >= 1


@pytest.mark.parametrize(
    "source",
    [
        "!pip install x\n" * 70_000,
        "!pip install x" + "&&pip install y" * 60_000,
        "a," * 400_000 + "!pip",
        "\n" + " " * 900_000 + "pip",
        "pip " + "-" * 60_000 + "1",
        "os.system(" + "+".join(["'pip'"] * 8_000) + ")",
        "pip" + "(" * 60_000,
        "pip" + ".a" * 30_000,
    ],
    ids=["lines", "commands", "commas", "spaces", "signs", "sums", "brackets", "attributes"],
)
def test_hostile_cells_are_looked_through_within_bounds(source: str) -> None:
    assert len(intercept(source)) <= limits.ASKED_MAGICS
