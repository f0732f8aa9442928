"""What `import fumehood` and `fumehood.show` bring along, in fresh processes."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("fumehood.daemon", "fumehood.document", "aiohttp", "pycrdt", "numpy", "anndata", "ipywidgets", "zarr", "h5py")
SCRIPT = """
import json, sys
import fumehood
{more}
print(json.dumps(sorted(sys.modules)))
"""


def loaded(more: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(more=more)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout)
    return [name for name in HEAVY if name in modules]


def test_importing_fumehood_and_naming_show_loads_nothing_heavy() -> None:
    assert loaded("assert not any(name.startswith('fumehood.') for name in sys.modules)\nfumehood.show") == []


def test_showing_outside_a_notebook_says_so_before_anything_is_opened() -> None:
    more = (
        "try:\n fumehood.show('x.h5ad')\nexcept Exception as error:\n"
        " assert 'no notebook' in str(error), error\nelse:\n raise SystemExit('shown')"
    )
    assert loaded(more) == []
