from __future__ import annotations

from fumehood.runtime import adopt


def test_only_a_python_kernel_that_read_nothing_yet_can_be_adopted() -> None:
    current = {"PATH": "/bin", "LANG": "C"}
    assert adopt.fits("python", {"PATH": "/bin", "MY": "1", "OMP_NUM_THREADS": "4"}, current)
    assert not adopt.fits("R", {}, current)
    for name in ("PATH", "PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD", "VIRTUAL_ENV", "CONDA_PREFIX", "LANG", "HOME"):
        assert not adopt.fits("python", {name: "other"}, current), name


def test_values_cannot_become_code() -> None:
    nasty = {"A": "'''\"\n\\x00}); raise SystemExit #", "B": "{cwd}"}
    folder = '/tmp/it\'s "here"\n'
    code = adopt.code(folder, nasty)
    found: dict[str, object] = {}

    def capture(body: str, names: dict[str, object]) -> None:
        found.update(names)

    eval(compile(code, "adopt", "eval"), {"exec": capture})
    assert found["cwd"] == folder and found["env"] == nasty
