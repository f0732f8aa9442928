"""Every bound, in one place, with its reason. Bytes unless the name says otherwise; times in seconds."""

from fumehood.core.limits.datasets import *  # noqa: F403  # one list, in two files
from fumehood.core.limits.notebooks import *  # noqa: F403
