"""Which package would bring a module that a cell could not import."""

from __future__ import annotations

import pytest

from fumehood.runtime.jupyter import ExecuteReply
from fumehood.runtime.missing import module_of, package_of


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("numpy", "numpy"),
        ("sklearn", "scikit-learn"),
        ("cv2", "opencv-python"),
        ("PIL", "pillow"),
        ("jwt", "pyjwt"),
        ("utils", ""),
        ("config", ""),
        ("_private", ""),
        ("distutils", ""),
        ("reqeusts", ""),
        ("a_module_that_nobody_has", ""),
    ],
)
def test_a_package_is_named_where_it_is_well_known_and_never_for_a_slip_or_a_file_of_the_user(
    module: str, package: str
) -> None:
    assert package_of(module) == package


@pytest.mark.parametrize(
    ("ename", "evalue", "module"),
    [
        ("ModuleNotFoundError", "No module named 'a.b'", "a"),
        ("ModuleNotFoundError", "No module named 'a'", "a"),
        ("ImportError", "No module named 'a'", ""),
        ("ModuleNotFoundError", "No module named 'a b; rm'", ""),
        ("ModuleNotFoundError", "No module named '" + "a" * 500 + "'", ""),
        ("ModuleNotFoundError", "No module named 'a'; 'b' is not a package", ""),
        ("ModuleNotFoundError", "No module named '\u202ea'", ""),
    ],
)
def test_what_a_kernel_says_of_a_module_is_read_strictly(ename: str, evalue: str, module: str) -> None:
    assert module_of(ExecuteReply(status="error", ename=ename, evalue=evalue)) == module
