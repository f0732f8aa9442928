"""Does a package's name look like another, far better known one? Decided offline, from one memory-mapped file.

Why it exists: whoever publishes `reqeusts` waits for a slip of a hand or of a language model. A name is all that can be
judged before anything is asked of anybody. It may assume nothing about a name: it comes from notebooks of strangers.
It never reaches the network, never raises for a name whatever it is, and never says that a package is good: `ok` means
that nothing was found in its name.

    names = Names.load()
    names.judge("reqeusts")     # verdict "stop", target "requests", reasons ("swap: 'eq' for 'qe'",)
"""

from fumehood.trust.lookalikes.names import Names
from fumehood.trust.lookalikes.verdict import Judgement, Verdict

__all__ = ["Judgement", "Names", "Verdict"]
