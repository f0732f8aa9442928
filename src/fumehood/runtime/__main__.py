"""`python -m fumehood.runtime`."""

from __future__ import annotations

import sys

from fumehood.runtime.main import main

if __name__ == "__main__":
    sys.exit(main())
