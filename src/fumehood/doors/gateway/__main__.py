"""`python -P -m fumehood.doors.gateway`: started by `fumehood.doors.gateway.starting`."""

import os
import sys

from fumehood.doors.gateway.main import run

if __name__ == "__main__":
    sys.exit(run(os.environ))
