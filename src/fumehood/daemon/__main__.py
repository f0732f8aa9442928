"""`python -P -m fumehood.daemon`: the daemon of this user, until it is told to end or is idle."""

import os
import sys

from fumehood.daemon.composing import compose
from fumehood.daemon.main import run

if __name__ == "__main__":
    sys.exit(run(compose, os.environ))
