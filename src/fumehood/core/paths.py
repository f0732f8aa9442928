"""Where fumehood keeps things, and the check that nobody else can write there.

`FUMEHOOD_HOME` moves everything under one folder (tests, several installations side by side). Without it the XDG
folders are used. Sockets live in the run folder, whose path must be short: a Unix socket's path has 107 bytes.
Assumes Linux or macOS ownership and modes; must never follow a link that somebody else made.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fumehood.core.errors import PlaceUnsafe


@dataclass(frozen=True, slots=True)
class Paths:
    run: Path
    """Sockets, the lock; gone after a reboot."""
    state: Path
    """Journal, spools, blobs, logs; kept."""
    config: Path
    """Settings and keys; written by people."""
    machine: Path
    """What the machine's keeper says for every user of it; read only."""

    @classmethod
    def of_user(cls, environ: Mapping[str, str] | None = None) -> Paths:
        env = os.environ if environ is None else environ
        if home := env.get("FUMEHOOD_HOME"):
            base = Path(home).absolute()
            return cls(run=base / "run", state=base / "state", config=base / "config", machine=base / "machine")
        user = Path(env["HOME"]) if env.get("HOME") else Path.home()
        state = Path(env.get("XDG_STATE_HOME") or user / ".local" / "state") / "fumehood"
        config = Path(env.get("XDG_CONFIG_HOME") or user / ".config") / "fumehood"
        if runtime := env.get("XDG_RUNTIME_DIR"):
            run = Path(runtime) / "fumehood"
        else:
            run = Path(tempfile.gettempdir()) / f"fumehood-{os.getuid()}"
        return cls(run=run, state=state, config=config, machine=Path("/etc/fumehood"))

    @property
    def control_socket(self) -> Path:
        return self.run / "control.sock"

    @property
    def agent_socket(self) -> Path:
        return self.run / "agent.sock"

    @property
    def lock(self) -> Path:
        """Held with `flock` by the daemon for its life; its text is a `core.identity.Holder`."""
        return self.run / "daemon.lock"

    @property
    def start_lock(self) -> Path:
        """Held by the client that is starting the daemon, so that the others wait for it."""
        return self.run / "start.lock"

    @property
    def runtimes(self) -> Path:
        """One folder per runtime: its socket, its kernel's sockets."""
        return self.run / "rt"

    @property
    def spools(self) -> Path:
        return self.state / "spools"

    @property
    def journal(self) -> Path:
        return self.state / "journal.sqlite3"

    @property
    def blobs(self) -> Path:
        return self.state / "blobs"

    @property
    def environments(self) -> Path:
        """One folder for each environment that was built for notebooks."""
        return self.state / "environments"

    @property
    def packages(self) -> Path:
        """What environments are made of, one cache for each level of trust."""
        return self.state / "packages"

    @property
    def web_cache(self) -> Path:
        """Viewers' pages that were fetched from elsewhere, each under the hash of its manifest."""
        return self.state / "viewers"

    @property
    def genes(self) -> Path:
        """Gene-major stores of datasets; they can be made again."""
        return self.state / "genes"

    @property
    def machine_policy(self) -> Path:
        return self.machine / "policy.toml"

    @property
    def user_policy(self) -> Path:
        return self.config / "policy.toml"

    @property
    def trust_key(self) -> Path:
        """The master of the keys that approvals are signed with."""
        return self.config / "trust" / "master"

    @property
    def blob_port(self) -> Path:
        """The port that the blob server had last."""
        return self.state / "blobs.port"

    @property
    def log(self) -> Path:
        return self.state / "daemon.log"

    @property
    def gateway_log(self) -> Path:
        """Of all gateways."""
        return self.state / "gateway.log"

    @property
    def gateway_crash(self) -> Path:
        return self.state / "gateway.crash"

    @property
    def crash(self) -> Path:
        """What the interpreter says when it crashes."""
        return self.state / "daemon.crash"

    def create(self) -> None:
        """Makes the folders, each owned by this user and closed to others.

        Raises `PlaceUnsafe` where one exists that is somebody else's, a link, or open to others.
        """
        for place in (self.run, self.runtimes, self.state, self.spools, self.blobs, self.config):
            private_folder(place)


def private_folder(place: Path) -> Path:
    """The folder `place`, made with mode 0700 if missing. Raises `PlaceUnsafe` if others could have been in it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise PlaceUnsafe(f"{place} is not a folder.")
    if found.st_uid != os.getuid():
        raise PlaceUnsafe(f"{place} belongs to another user.")
    if found.st_mode & 0o077:
        raise PlaceUnsafe(f"{place} is open to other users.", hint=f"chmod 700 {place}")
    return place
