"""By which names this server may be asked for, and whose pages may call it. Pure.

Exactly the loopback names with its own port, and the ports that the user named for tunnels; where the user had it
listen to other machines, the addresses and names of this one. Anything else may be a name that was rebound (DNS).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from fumehood.doors.guards import Refusal

LOOPBACK_NAMES = ("127.0.0.1", "localhost")


def hosts(scheme: str, port: int, public: Iterable[int], names: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """What `Host` may be, and for each the origins of pages that came from there. A proxy may speak TLS where we do
    not, and its port may be the one that is not said."""
    found: dict[str, tuple[str, ...]] = {}
    others = [f"{name}:{one}" for name in LOOPBACK_NAMES for one in public if one != port]
    others += [host for name in names for host in (name, *(f"{name}:{one}" for one in (port, *public)))]
    for host in others:
        found[host] = (f"http://{host}", f"https://{host}")
    for name in LOOPBACK_NAMES:
        found[f"{name}:{port}"] = (f"{scheme}://{name}:{port}",)
    return found


def refuse_hosts(values: Sequence[str], allowed: Container[str]) -> Refusal | None:
    if len(values) != 1:
        return Refusal(400, "There must be one Host header.")
    if values[0] not in allowed:
        return Refusal(421, "This server does not have that name.")
    return None


def refuse_origins(values: Sequence[str], own: Container[str], others: Container[str]) -> Refusal | None:
    """`own`: the origins that the request's own Host makes, so that a page talks only to the name that it came from."""
    if not values:
        return None
    if len(values) > 1:
        return Refusal(400, "There must be one Origin header.")
    if values[0] not in own and values[0] not in others:
        return Refusal(403, "A page of another site may not call this.")
    return None
