"""Everything that can be said to a user when something does not work.

HoodError
 ├─ BadInput        what was given cannot be used        (exit status 2)
 ├─ NotFound        what was named is not there          (exit status 3)
 ├─ Conflict        somebody else was faster             (exit status 4)
 ├─ Refused         it could be done, and must not be    (exit status 5)
 ├─ Unavailable     it cannot be done now                (exit status 6)
 ├─ Failed          the user's own code failed           (exit status 1)
 └─ Internal        a defect of ours                     (exit status 70)

Each leaf has a stable `code`; a program may match on it, so a code is never renamed or reused. `message` is one
sentence for the user, `hint` the way out, `data` small JSON values that a program may want. The classes are a closed
list: `BY_CODE` maps every code that may cross a wire back to its class, and anything unknown becomes `Internal`.
"""

from fumehood.core.errors.base import *  # noqa: F403  # one list, in three files
from fumehood.core.errors.datasets import *  # noqa: F403
from fumehood.core.errors.notebooks import *  # noqa: F403
