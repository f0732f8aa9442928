"""The widgets of a room's kernel as a Yjs document: trait values, the last writer wins per trait (design, section 4).

The daemon alone writes it, folding in what comms say; pages follow. The schema: root map ``models``: comm id to map
{``target``: str, ``metadata``: JSON, ``data``: JSON, what a comm that is no widget was opened with, ``state``: map of
trait to JSON value, ``buffers``: map of trait to a list of {``path``: list, and either ``data``: bytes or ``blob``: str
and ``size``: int}}, ``ended``: True, where its kernel has ended}. A binary value's place in the state is empty, as in
the Jupyter widget protocol, and ``path`` says where it belongs.

A kernel is not to be believed: what is malformed is left out, and everything is bounded. No I/O.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from pycrdt import Doc, Map, merge_updates

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.document.values import check_depth, json_size, same, tame
from fumehood.document.yupdate import check_state_vector
from fumehood.protocol.events import CommClosed, CommEvent, CommMessage, CommOpened
from fumehood.protocol.outputs import BlobRef

TARGET = "jupyter.widget"
MIME = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
_REFERENCE = "IPY_MODEL_"

_FRONT_ENDS = "fumehood"
"""Models that hold scripts, which a kernel's environment has and a notebook does not keep (`kernels/fronts.py`)."""

_UPDATES = frozenset(("update", "echo_update"))
_KEY_CHARS = 256

Buffer = bytes | BlobRef


class Model(msgspec.Struct, frozen=True):
    """One comm as the document has it."""

    target: str
    metadata: dict[str, Any]
    data: dict[str, Any]
    state: dict[str, Any]
    buffers: dict[str, tuple[tuple[tuple[str | int, ...], Buffer], ...]]
    """Trait to the binary values in it, each with its path, which begins with the trait."""


class WidgetModels:
    def __init__(self) -> None:
        self._doc: Doc[Any] = Doc(client_id=secrets.randbits(32))
        self._models: Map[Any] = self._doc.get("models", type=Map)
        self._written = 0
        """Traits, since the document was new: each leaves a trace in it for ever."""
        self._sizes: dict[str, dict[str, int]] = {}
        """Comm id to trait to the bytes it takes; the empty trait is what the comm was opened with."""
        self._total = 0
        self._updates: list[bytes] = []
        self._on_update: list[Callable[[bytes], None]] = []
        self._subscribe()

    def _subscribe(self) -> None:
        updates = self._updates  # the callback must not hold this object: see `watch`
        self._subscription = self._doc.observe(lambda event: updates.append(event.update))

    def close(self) -> None:
        if self._subscription is not None:
            self._doc.unobserve(self._subscription)
            self._subscription = None  # type: ignore[assignment]

    def __del__(self) -> None:
        if getattr(self, "_subscription", None) is not None:
            self.close()

    # -- folding

    def apply(self, event: CommEvent) -> None:
        """Takes what a comm said. Raises `LimitExceeded`, and then the widgets are what they were."""
        with self._transaction():
            match event:
                case CommOpened():
                    self._open(event)
                case CommMessage():
                    self._message(event)
                case CommClosed():
                    self._drop(event.comm)

    def clear(self, but: Container[str] = ()) -> None:
        """The kernel is gone and its models with it."""
        with self._transaction():
            for comm in list(self._sizes):
                if comm not in but:
                    self._drop(comm)

    def end(self, but: Container[str] = ()) -> None:
        """The kernel is gone: its models are what they were, and nobody hears them any more."""
        with self._transaction():
            for comm in self._sizes:
                if comm not in but and "ended" not in self._models[comm]:
                    self._models[comm]["ended"] = True

    def load(self, saved: Mapping[str, Any], put: Callable[[bytes], BlobRef] | None = None) -> None:
        """The widgets that a file keeps (`metadata.widgets`), to be shown while no kernel has live ones.

        Large buffers go through `put`, or are left out. Raises `LimitExceeded`.
        """
        body = saved.get(MIME)
        models = body.get("state") if isinstance(body, Mapping) else None
        with self._transaction():
            for comm, model in models.items() if isinstance(models, Mapping) else ():
                if not isinstance(model, Mapping) or not isinstance(model.get("state"), Mapping):
                    continue
                paths, buffers = _saved_buffers(model.get("buffers"), put)
                names = {f"_{key}": model[key] for key in _NAMES if isinstance(model.get(key), str)}
                data = {"state": {**names, **model["state"]}, "buffer_paths": paths}
                self._open(CommOpened(comm=comm, target=TARGET, data=data, buffers=tuple(buffers)))

    def _open(self, event: CommOpened) -> None:
        if len(event.comm) > _KEY_CHARS or len(event.target) > _KEY_CHARS:
            raise LimitExceeded(f"A widget's name may have {_KEY_CHARS} characters.")
        self._drop(event.comm)
        if len(self._sizes) >= limits.COMMS:
            raise LimitExceeded(f"A kernel may have {limits.COMMS} widgets at once.")
        is_widget = event.target == TARGET
        metadata, data = _json(event.metadata), {} if is_widget else _json(event.data)
        size = json_size(metadata) + json_size(data) + len(event.comm)
        self._reserve(size)
        content = {"target": event.target, "metadata": metadata, "state": Map({}), "buffers": Map({})}
        self._models[event.comm] = Map({**content, "data": data} if data else content)
        self._sizes[event.comm] = {"": size}
        if is_widget:
            try:
                self._update(event.comm, event.data, event.buffers)
            except LimitExceeded:
                self._drop(event.comm)
                raise

    def _message(self, event: CommMessage) -> None:
        if event.comm in self._sizes and event.data.get("method") in _UPDATES:
            self._update(event.comm, event.data, event.buffers)

    def _update(self, comm: str, data: Mapping[str, Any], buffers: Sequence[Buffer]) -> None:
        """Checks everything, then writes: a refused update leaves nothing behind."""
        state = data.get("state")
        if not isinstance(state, Mapping):
            return
        values = {key: value for key, value in _json(state).items() if key and len(key) <= _KEY_CHARS}
        binary = _by_trait(data.get("buffer_paths"), buffers)
        sizes = {
            trait: len(trait)
            + (json_size(values[trait]) if trait in values else 0)
            + sum(len(one["data"]) if "data" in one else 64 for one in binary.get(trait, ()))
            for trait in values.keys() | binary.keys()
        }
        known = self._sizes[comm]
        self._reserve(sum(size - known.get(trait, 0) for trait, size in sizes.items()))
        known.update(sizes)
        model = self._models[comm]
        kept, held = model["state"], model["buffers"]
        for trait in sizes:
            if trait in values:
                if trait not in kept or not same(tame(kept[trait]), values[trait]):
                    kept[trait] = values[trait]
                    self._written += 1
            elif trait in kept:
                del kept[trait]
            if trait in binary:
                held[trait] = binary[trait]
                self._written += 1
            elif trait in held:
                del held[trait]

    def _reserve(self, size: int) -> None:
        if self._total + size > limits.WIDGET_BYTES:
            raise LimitExceeded(f"The widgets of a kernel may have {limits.WIDGET_BYTES} bytes of state.")
        self._total += size

    def _drop(self, comm: str) -> None:
        sizes = self._sizes.pop(comm, None)
        if sizes is not None:
            self._total -= sum(sizes.values())
            del self._models[comm]

    # -- its size

    @property
    def worn(self) -> bool:
        """More of it is what was than what is, as after an hour of a progress bar."""
        return self._written > max(limits.WIDGET_WRITES, self._total // limits.WIDGET_WRITE_BYTES)

    def renew(self) -> None:
        """The same models in a document without a past. The two do not merge: a follower takes the new one whole."""
        doc: Doc[Any] = Doc(client_id=secrets.randbits(32))
        models: Map[Any] = doc.get("models", type=Map)
        with self._doc.transaction(), doc.transaction():
            for comm in self._sizes:
                models[comm] = _copied(self._models[comm])
        self.close()
        self._doc, self._models, self._written = doc, models, 0
        self._subscribe()

    # -- reading

    def tells(self, event: CommEvent) -> bool:
        """Whether all that the event says is in the document, for whoever follows it."""
        if isinstance(event, CommOpened):
            return event.target == TARGET
        if event.comm not in self._sizes:
            # It was refused, or has closed.
            return isinstance(event, CommClosed) or event.data.get("method") in _UPDATES
        is_widget: bool = self._models[event.comm]["target"] == TARGET
        return is_widget and (isinstance(event, CommClosed) or event.data.get("method") in _UPDATES)

    def models(self) -> dict[str, Model]:
        with self._doc.transaction():
            return {comm: model_of(self._models[comm]) for comm in self._sizes}

    def reached(self, roots: Iterable[str]) -> set[str]:
        """These models and all that they name, as far as they are here."""
        found: set[str] = set()
        waiting = list(roots)
        while waiting:
            comm = waiting.pop()
            if comm in found or comm not in self._sizes:
                continue
            found.add(comm)
            waiting.extend(_named(tame(dict(self._models[comm]["state"]))))
        return found

    def snapshot(
        self, read: Callable[[BlobRef], bytes | None] | None = None, but: Container[str] = ()
    ) -> dict[str, Any] | None:
        """What a notebook's ``metadata.widgets`` keeps, without the models in `but`; `None` where there is no widget.

        Binary values in blobs come through `read`; those that it does not have are left out.
        """
        state: dict[str, Any] = {}
        for comm, model in self.models().items():
            if model.target != TARGET or comm in but or model.state.get("_model_module") == _FRONT_ENDS:
                continue
            model.state.pop("_front_ends", None)
            entry: dict[str, Any] = {key: str(model.state.get(f"_{key}", "")) for key in _NAMES}
            entry["state"] = model.state
            buffers = []
            for path, data in (one for trait in model.buffers.values() for one in trait):
                found = data if isinstance(data, bytes) else read(data) if read is not None else None
                if found is not None:
                    encoded = base64.b64encode(found).decode("ascii")
                    buffers.append({"data": encoded, "encoding": "base64", "path": list(path)})
            if buffers:
                entry["buffers"] = buffers
            state[comm] = entry
        return {MIME: {"state": state, "version_major": 2, "version_minor": 0}} if state else None

    # -- as a peer

    def on_update(self, callback: Callable[[bytes], None]) -> Callable[[], None]:
        self._on_update.append(callback)
        return lambda: self._on_update.remove(callback)

    def state_vector(self) -> bytes:
        return self._doc.get_state()

    def diff(self, state_vector: bytes) -> bytes:
        """What a page with this state vector lacks. Raises `UpdateRefused` for what is no state vector."""
        check_state_vector(state_vector)
        return self._doc.get_update(state_vector)

    def state(self) -> bytes:
        return self._doc.get_update()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._doc.transaction():
                yield
        finally:
            updates = self._updates[:]
            self._updates.clear()
            for update in updates:
                for listener in (*self._on_update,):
                    listener(update)


def joined(updates: Sequence[bytes]) -> bytes:
    """Several updates as one."""
    return updates[0] if len(updates) == 1 else merge_updates(*updates)


_NAMES = ("model_name", "model_module", "model_module_version")


def _json(value: Mapping[str, Any]) -> dict[str, Any]:
    check_depth(value, limits.JSON_DEPTH, "A widget's state")
    result: dict[str, Any] = tame(value)
    return result


def _named(value: Any) -> Iterator[str]:
    """The models that a state names."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.startswith(_REFERENCE):
                yield one.removeprefix(_REFERENCE)
        elif isinstance(one, dict):
            waiting.extend(one.values())
            view = one.get(VIEW)
            if isinstance(view, dict) and isinstance(view.get("model_id"), str):
                yield view["model_id"]
        elif isinstance(one, list):
            waiting.extend(one)


def _by_trait(paths: Any, buffers: Sequence[Buffer]) -> dict[str, list[dict[str, Any]]]:
    """Binary values by trait, as the document has them; those whose path makes no sense are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, data in zip(paths if isinstance(paths, list) else [], buffers, strict=False):
        if not isinstance(path, list) or not path or len(path) > limits.JSON_DEPTH:
            continue
        if not isinstance(path[0], str) or not all(type(step) in (str, int) for step in path):
            continue
        if not path[0] or any(len(step) > _KEY_CHARS for step in path if isinstance(step, str)):
            continue
        content = {"blob": data.blob, "size": data.size} if isinstance(data, BlobRef) else {"data": bytes(data)}
        found.setdefault(path[0], []).append({"path": tame(path), **content})
    return found


def _saved_buffers(saved: Any, put: Callable[[bytes], BlobRef] | None) -> tuple[list[Any], list[Buffer]]:
    paths: list[Any] = []
    buffers: list[Buffer] = []
    for one in saved if isinstance(saved, list) else []:
        if not isinstance(one, Mapping) or not isinstance(one.get("data"), str):
            continue
        try:
            data = base64.b64decode(one["data"]) if one.get("encoding") == "base64" else bytes.fromhex(one["data"])
        except (binascii.Error, ValueError):
            continue
        if len(data) <= limits.EPHEMERAL_INLINE:
            buffers.append(data)
        elif put is not None:
            buffers.append(put(data))
        else:
            continue
        paths.append(one.get("path"))
    return paths, buffers


def _copied(model: Map[Any]) -> Map[Any]:
    """With values as they were taken in."""
    held = {}
    for trait, found in model["buffers"].items():
        held[trait] = [
            {"path": tame(list(one["path"])), "data": bytes(one["data"])}
            if "data" in one
            else {"path": tame(list(one["path"])), "blob": one["blob"], "size": int(one["size"])}
            for one in found
        ]
    state = {trait: tame(value) for trait, value in model["state"].items()}
    content = {
        "target": model["target"],
        "metadata": tame(model["metadata"]),
        "state": Map(state),
        "buffers": Map(held),
    }
    content |= {"data": tame(model["data"])} if "data" in model else {}
    content |= {"ended": True} if "ended" in model else {}
    return Map(content)


def model_of(model: Map[Any]) -> Model:
    buffers = {
        trait: tuple(
            (
                tuple(tame(list(one["path"]))),
                bytes(one["data"]) if "data" in one else BlobRef(blob=one["blob"], size=int(one["size"])),
            )
            for one in found
        )
        for trait, found in model["buffers"].items()
    }
    return Model(
        target=model["target"],
        metadata=tame(model["metadata"]),
        data=tame(model.get("data", {})),
        state={trait: tame(value) for trait, value in model["state"].items()},
        buffers=buffers,
    )
