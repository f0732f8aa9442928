from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from fumehood.core.errors import KernelSpecMissing, KernelSpecUnsafe
from fumehood.kernels.specs import default_spec, find_specs, get_spec, kernel_folders, of_environment
from fumehood.sandbox.process import Exit
from fumehood.sandbox.spawn import NONE, spawn
from tests.kernels.conftest import Start
from tests.kernels.listening import ask, run, text_of


def write(kernels: Path, name: str, **content: Any) -> Path:
    folder = kernels / name
    folder.mkdir(parents=True)
    spec = {"argv": ["/bin/sh", "{connection_file}"], "display_name": name.title(), "language": "sh"} | content
    (folder / "kernel.json").write_text(json.dumps(spec))
    return folder


def test_we_find_what_jupyter_client_finds(jupyter_path: Path) -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    write(jupyter_path, "Shouting")
    write(jupyter_path, "with.dots-and_lines")
    (jupyter_path / "empty").mkdir()
    (jupyter_path / "file").write_text("")
    theirs = KernelSpecManager()
    assert {view.name: view.folder for view in find_specs()} == theirs.find_kernel_specs()
    assert [str(folder) for folder in kernel_folders()] == theirs.kernel_dirs
    for name, folder in theirs.find_kernel_specs().items():
        spec, view = theirs.get_kernel_spec(name), get_spec(name)
        assert (view.display_name, view.language, view.interrupt_mode) == (
            spec.display_name,
            spec.language,
            spec.interrupt_mode,
        )
        assert view.argv[1:] == tuple(spec.argv[1:])
        assert view.folder == Path(folder)


def test_the_default_is_the_python_that_we_run_on_whatever_another_folder_calls_python3(jupyter_path: Path) -> None:
    write(jupyter_path, "python3", argv=["/bin/false"])
    assert default_spec().argv == (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    assert get_spec("python3").argv == ("/bin/false",)


def test_without_an_installed_spec_our_own_python_is_found_all_the_same(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(place))
    monkeypatch.setattr("fumehood.kernels.specs.kernel_folders", list)
    assert default_spec().argv == (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    assert [(view.name, view.usable) for view in find_specs()] == [("python3", True)]
    assert get_spec("Python3") == default_spec()


@pytest.mark.parametrize("name", ["klingon", "", "../python3", "/etc", "a\0b"])
def test_a_name_that_nobody_installed_is_missing(name: str) -> None:
    with pytest.raises(KernelSpecMissing):
        get_spec(name)


@pytest.mark.parametrize("open_to", ["others", "group"])
@pytest.mark.parametrize("part", ["kernel.json", "folder", "parent"])
def test_what_others_can_write_is_listed_with_the_reason_and_never_used(
    jupyter_path: Path, part: str, open_to: str
) -> None:
    folder = write(jupyter_path, "shared")
    target = {"kernel.json": folder / "kernel.json", "folder": folder, "parent": jupyter_path}[part]
    if open_to == "group":
        if os.getuid() != 0:
            pytest.skip("only root can give a file to a group that is not its own")
        # One that this machine does not know: a directory service may say tomorrow who is in it.
        os.chown(target, -1, 54321)
    target.chmod(0o775 if open_to == "group" else 0o777)
    (view,) = [view for view in find_specs() if view.name == "shared"]
    with pytest.raises(KernelSpecUnsafe):
        get_spec("shared")
    assert not view.usable
    assert str(target) in view.problem
    assert "writable by" in view.problem


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"argv": ["./kernel"]}, "relative"),
        ({"argv": ["bin/kernel"]}, "relative"),
        ({"argv": ["{resource_dir}/../kernel"]}, "relative"),
        ({"argv": ["no-such-program"]}, "not on PATH"),
        ({"argv": ["/nowhere/kernel"]}, "not a program"),
        ({"argv": []}, "names no program"),
        ({"argv": "python"}, "cannot be read"),
        ({"argv": [1]}, "cannot be read"),
        ({"env": {"A": 1}}, "cannot be read"),
        ({"interrupt_mode": "prayer"}, "cannot be read"),
        ({"metadata": {"kernel_provisioner": {"provisioner_name": "k8s"}}}, "'k8s'"),
    ],
)
def test_a_spec_that_cannot_be_used_says_why(jupyter_path: Path, content: dict[str, Any], word: str) -> None:
    write(jupyter_path, "odd", **content)
    with pytest.raises(KernelSpecUnsafe, match=word):
        get_spec("odd")
    (view,) = [view for view in find_specs() if view.name == "odd"]
    assert word in view.problem


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\xff", '{"argv": ["/bin/sh"]' + " " * 2_000_000 + "}"])
def test_a_broken_file_hides_no_other_spec(jupyter_path: Path, text: str) -> None:
    folder = write(jupyter_path, "broken")
    (folder / "kernel.json").write_bytes(text.encode("latin-1"))
    write(jupyter_path, "good")
    usable = {view.name: view.usable for view in find_specs()}
    assert (usable["broken"], usable["good"]) == (False, True)


def test_a_pipe_in_place_of_a_file_is_not_waited_for(jupyter_path: Path) -> None:
    folder = write(jupyter_path, "pipe")
    (folder / "kernel.json").unlink()
    os.mkfifo(folder / "kernel.json", 0o600)
    with pytest.raises(KernelSpecUnsafe, match="not a regular file"):
        get_spec("pipe")


def test_a_program_that_others_can_write_is_refused(jupyter_path: Path, place: Path) -> None:
    program = place / "kernel"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    write(jupyter_path, "mine", argv=[str(program)])
    assert get_spec("mine").argv == (str(program),)
    program.chmod(0o757)
    with pytest.raises(KernelSpecUnsafe):
        get_spec("mine")


def test_the_local_provisioner_by_name_is_what_we_do_anyway(jupyter_path: Path) -> None:
    write(jupyter_path, "local", metadata={"kernel_provisioner": {"provisioner_name": "local-provisioner"}})
    assert get_spec("local").name == "local"


def test_the_command_is_filled_in_as_jupyter_fills_it(jupyter_path: Path) -> None:
    argv = ["/bin/sh", "{connection_file}", "{prefix}/x", "a{resource_dir}b", "{other}", "~/file", "x~/y"]
    folder = write(jupyter_path, "t", argv=argv)
    assert get_spec("t").command(Path("/run/c.json")) == [
        "/bin/sh",
        "/run/c.json",
        f"{sys.prefix}/x",
        f"a{folder}b",
        "{other}",
        f"{Path.home()}/file",
        "x~/y",
    ]


def test_the_environment_is_filled_in_as_jupyter_fills_it(jupyter_path: Path) -> None:
    write(jupyter_path, "t", env={"A": "${BASE}/a", "B": "$BASE", "C": "${MISSING}", "D": "100%", "E": "${A}"})
    env = get_spec("t").environment({"BASE": "/b", "JPY_PARENT_PID": "1", "A": "old"})
    env.pop("PYDEVD_DISABLE_FILE_VALIDATION")
    assert env == {"BASE": "/b", "A": "/b/a", "B": "/b", "C": "${MISSING}", "D": "100%", "E": "old"}


def test_nothing_is_taken_from_the_folder_that_we_happen_to_be_in(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design, class 10: a folder full of decoys."""
    trap = place / "trap"
    for kernels in ("kernels", "share/jupyter/kernels", ".ipython/kernels", "jupyter/kernels"):
        write(trap / kernels, "decoy", argv=[str(trap / "python")])
    (trap / "python").write_text(f"#!/bin/sh\ntouch {place}/sprung\n")
    (trap / "python").chmod(0o755)
    for name in ("sitecustomize", "jupyter_core", "jupyter_config", "msgspec", "fumehood", "json"):
        (trap / f"{name}.py").write_text(f"open({str(place / 'sprung')!r}, 'w')\n")
    monkeypatch.chdir(trap)
    code = "from fumehood.kernels.specs import find_specs; print([v.name for v in find_specs()])"
    env = {**os.environ, "JUPYTER_PATH": "jupyter:.:", "IPYTHONDIR": ".ipython", "PATH": f".:{os.environ['PATH']}::"}
    read, write_end = os.pipe()
    process = spawn(NONE, [sys.executable, "-P", "-c", code], cwd=trap, env=env, stdout=write_end)
    os.close(write_end)
    with os.fdopen(read) as stream:
        assert "decoy" not in stream.read()
    assert process.wait_blocking(30) == Exit(status=0, peak_memory=process.exit.peak_memory if process.exit else None)
    assert not (place / "sprung").exists()


def test_looking_for_specs_does_not_import_jupyter_client() -> None:
    code = "import sys, fumehood.kernels.specs as s; s.find_specs(); print('jupyter_client' in sys.modules)"
    read, write_end = os.pipe()
    process = spawn(NONE, [sys.executable, "-P", "-c", code], cwd=Path("/"), env=os.environ, stdout=write_end)
    os.close(write_end)
    with os.fdopen(read) as stream:
        assert stream.read() == "False\n"
    process.wait_blocking(30)


async def test_a_kernel_for_bash_runs(start: Start, jupyter_path: Path, place: Path) -> None:
    write(jupyter_path, "bash", argv=["python", "-m", "bash_kernel", "-f", "{connection_file}"], env={"X": "${HOME}!"})
    kernel, listener = await start(get_spec("bash"))
    assert kernel.info["implementation"] == "bash_kernel"
    assert text_of(await run(kernel, listener, "pwd; echo $X")) == f"{place}/work\n{Path.home()}!\n"
    # Said by the program itself: between a built-in `echo` and the next program bash has given the terminal to nobody,
    # and an interrupt that comes then reaches none.
    msg_id = ask(kernel, "sh -c 'echo begun; exec sleep 3600'")
    await listener.until(lambda: "begun" in listener.text(msg_id))
    await kernel.interrupt()
    await listener.until(lambda: listener.done(msg_id))
    assert text_of(await run(kernel, listener, "echo lives")) == "lives\n"
    assert kernel.faults.total() == 0


async def test_a_kernel_written_in_c_plus_plus_runs(start: Start, jupyter_path: Path, place: Path) -> None:
    """xeus speaks the protocol in its own way: another implementation, newer than 5.3."""
    write(jupyter_path, "xeus", argv=["python", "-m", "xpython_launcher", "-f", "{connection_file}"])
    kernel, listener = await start(get_spec("xeus"))
    assert kernel.info["implementation"] == "xeus-python"
    said = await run(kernel, listener, "import os; print(os.getcwd())\n1+1")
    assert text_of(said) == f"{place}/work\n"
    assert [m.content["data"] for m in said if m.msg_type == "execute_result"] == [{"text/plain": "2"}]
    assert kernel.faults.total() == 0


def test_an_environment_s_kernel_is_its_own_interpreter_and_nothing_from_outside_is_added(place: Path) -> None:
    folder = place / "it costs $5"
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("")
    (folder / "bin" / "python").symlink_to(sys.executable)
    spec = of_environment(folder / "bin" / "python")
    assert spec.command(Path("/c.json"))[:3] == [str(folder / "bin" / "python"), "-m", "ipykernel_launcher"]
    env = spec.environment({"PATH": "/bin", "PYTHONPATH": "/somebody/else", "PYTHONHOME": "/x"})
    assert env["PATH"] == f"{folder}/bin:/bin" and env["VIRTUAL_ENV"] == str(folder)
    assert env["PYTHONPATH"] == env["PYTHONHOME"] == ""


def test_what_is_no_environment_or_open_to_others_is_not_started(place: Path) -> None:
    (place / "bin").mkdir()
    (place / "bin" / "python").symlink_to(sys.executable)
    with pytest.raises(KernelSpecMissing):
        of_environment(place / "bin" / "python")
    (place / "pyvenv.cfg").write_text("")
    (place / "bin").chmod(0o777)
    with pytest.raises(KernelSpecUnsafe, match="writable by everybody"):
        of_environment(place / "bin" / "python")
