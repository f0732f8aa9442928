"""What the doors may call: one handler for each entry of `METHODS`, each a few lines on the modules that do it.

A handler changes what it changes before its first `await`, where order matters; the doors begin the messages of one
connection in their order. Roles were checked by the door; what is left to check here is the room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, NotebookReadOnly
from fumehood.daemon import (
    asking,
    autosave,
    editing,
    execution,
    exporting,
    files,
    history,
    preferences,
    saving,
    syncing,
    widgets,
)
from fumehood.daemon.folders import GrantedFolders
from fumehood.daemon.kernels import alive
from fumehood.daemon.policies import Policies
from fumehood.daemon.recent import recent
from fumehood.daemon.room import Room
from fumehood.daemon.rooms import Rooms
from fumehood.daemon.subscribers import Listener
from fumehood.kernels import specs
from fumehood.policy.levers import Levers
from fumehood.protocol import methods as m
from fumehood.protocol import policy, stream, trust
from fumehood.protocol.frames import Frame
from fumehood.protocol.state import RoomState

Handler = Callable[[Any, Any], Awaitable[Any]]


class DaemonOperations:
    def __init__(self, rooms: Rooms, guest: Callable[[Levers], str] = lambda _: "") -> None:
        """`guest`: the address of the sealed page under these levers, empty where there is none."""
        self._rooms = rooms
        self._policies = Policies(rooms.services.journal, rooms.services.paths, guest)
        self._granted = GrantedFolders(rooms.services.journal)
        self.handlers: Mapping[str, Handler] = {
            "room.open": self._open,
            "room.attach": self._attach,
            "room.leave": self._leave,
            "room.save": self._save,
            "room.export": self._export,
            "room.autosave": self._autosave,
            "room.close": self._close,
            "room.trash": self._trash,
            "cell.read": self._read,
            "cell.insert": self._edit,
            "cell.edit": self._edit,
            "cell.move": self._edit,
            "cell.delete": self._edit,
            "cell.restore": self._restore,
            "cell.versions": self._versions,
            "cell.clear": self._clear,
            "cell.execute": self._execute,
            "kernel.specs": self._specs,
            "kernel.start": self._start,
            "kernel.interrupt": self._interrupt,
            "kernel.restart": self._restart,
            "kernel.shutdown": self._shutdown,
            "kernel.complete": self._complete,
            "kernel.inspect": self._inspect,
            "kernel.history": self._history,
            "kernel.input": self._input,
            "comm.send": self._comm,
            "grant.list": self._grants,
            "grant.settle": self._settle,
            "grant.revoke": self._revoke,
            "files.recent": self._recent,
            "files.list": self._list,
            "files.grant": self._grant_folder,
            "files.revoke": self._revoke_folder,
            "files.grants": self._folders,
            "files.create": self._create,
            "files.import": self._import,
            "policy.show": self._policy,
            "policy.allow": self._allow,
            "policy.revoke": self._disallow,
            "policy.guest": self._guest,
            "trust.sheet": self._sheet,
            "trust.check": self._check,
            "trust.approve": self._approve,
            "trust.offer": self._offer,
            "trust.revoke": self._take_back,
            "trust.list": self._given,
            "dependencies.edit": self._dependencies,
            "preferences.read": self._preferences,
            "preferences.write": self._prefer,
        }

    async def frame(self, peer: Listener, frame: Frame) -> None:
        syncing.receive(self._rooms.get(frame.room), peer, frame)

    async def gone(self, peer: Listener) -> None:
        self._rooms.gone(peer)

    # -- rooms

    async def _open(self, peer: Listener, params: m.OpenParams) -> m.OpenResult:
        found = await self._rooms.open(peer, params)
        if isinstance(found, Room):
            return self._join(peer, await self._rooms.level(found.id))
        shown, text = found
        return m.OpenResult(room=shown, path=params.path, state=RoomState(), seq=0, format="", read_only=text)

    async def _attach(self, peer: Listener, params: m.RoomParams) -> m.OpenResult:
        return self._join(peer, await self._rooms.level(params.room))

    def _join(self, peer: Listener, room: Room) -> m.OpenResult:
        if room.peers.get(peer) is None and self._rooms.rooms_of(peer) >= limits.ROOMS_PER_PEER:
            raise LimitExceeded(f"A connection may be in {limits.ROOMS_PER_PEER} rooms.")
        room.peers.join(peer)
        room.stirred()
        return m.OpenResult(
            room=room.id, path=str(room.file.path), state=room.state, seq=room.log.seq, format=room.file.format
        )

    async def _leave(self, peer: Listener, params: m.RoomParams) -> m.Empty:
        try:
            self._rooms.leave(peer, self._rooms.get(params.room))
        except NotebookReadOnly:
            pass
        return m.Empty()

    async def _save(self, _peer: Listener, params: m.SaveParams) -> m.SaveResult:
        return await saving.save(self._rooms.get(params.room), params)

    async def _export(self, _peer: Listener, params: m.RoomParams) -> m.Exported:
        return await exporting.export(self._rooms.get(params.room))

    async def _autosave(self, _peer: Listener, params: m.AutosaveParams) -> m.Empty:
        autosave.switch(self._rooms.get(params.room), params.on)
        return m.Empty()

    async def _close(self, _peer: Listener, params: m.CloseParams) -> m.Empty:
        await self._rooms.close_room(self._rooms.get(params.room), params.kill)
        return m.Empty()

    async def _trash(self, _peer: Listener, params: m.RoomParams) -> m.Trash:
        return editing.trash(self._rooms.get(params.room).notebook)

    # -- cells

    async def _read(self, _peer: Listener, params: m.ReadParams) -> m.Cells:
        return editing.read(self._rooms.get(params.room).notebook, params)

    async def _edit(self, peer: Listener, params: editing.Edit) -> m.Edited:
        room = self._rooms.get(params.room)
        with room.authored(peer.who, agent=peer.role != "person"):
            edited = editing.perform(room.notebook, params)
        await room.keeper.settled(limits.CALL_SECONDS)
        return edited

    async def _restore(self, peer: Listener, params: m.CellParams) -> m.Edited:
        room = self._rooms.get(params.room)
        with room.authored(peer.who, agent=peer.role != "person"):
            edited = editing.restore(room.notebook, params)
        await room.keeper.settled(limits.CALL_SECONDS)
        return edited

    async def _versions(self, _peer: Listener, params: m.CellParams) -> m.Versions:
        room = self._rooms.get(params.room)
        return await history.versions(room.history, room.keeper, room.services.journal, room.id, params.cell)

    async def _clear(self, _peer: Listener, params: m.ClearParams) -> m.Empty:
        execution.clear(self._rooms.get(params.room), params)
        return m.Empty()

    async def _execute(self, peer: Listener, params: m.ExecuteParams) -> m.ExecuteResult:
        return await execution.execute(self._rooms.get(params.room), self._rooms.kernels, peer, params)

    # -- kernels

    async def _specs(self, _peer: Listener, _params: m.Empty) -> m.KernelSpecs:
        found, default = await asyncio.to_thread(lambda: (specs.find_specs(), specs.default_spec().name))
        return m.KernelSpecs(default=default, specs=tuple(found))

    async def _start(self, _peer: Listener, params: m.StartParams) -> m.Empty:
        room = self._rooms.get(params.room)
        await self._rooms.kernels.obtain(room, params.spec, revive=True, without=params.without)
        return m.Empty()

    async def _interrupt(self, _peer: Listener, params: m.RoomParams) -> m.Empty:
        await self._rooms.kernels.interrupt(self._rooms.get(params.room))
        return m.Empty()

    async def _restart(self, _peer: Listener, params: m.StartParams) -> m.Empty:
        await self._rooms.kernels.restart(self._rooms.get(params.room), params.spec, params.without)
        return m.Empty()

    async def _shutdown(self, _peer: Listener, params: m.ForceParams) -> m.Empty:
        await self._rooms.kernels.shutdown(self._rooms.get(params.room), params.force)
        return m.Empty()

    async def _complete(self, _peer: Listener, params: m.CompleteParams) -> m.CompleteResult:
        return await asking.complete(self._rooms.get(params.room), params)

    async def _inspect(self, _peer: Listener, params: m.InspectParams) -> m.InspectResult:
        return await asking.inspect(self._rooms.get(params.room), params)

    async def _history(self, _peer: Listener, params: m.HistoryParams) -> m.HistoryResult:
        return await asking.history(self._rooms.get(params.room), params)

    async def _input(self, _peer: Listener, params: m.InputParams) -> m.Empty:
        room = self._rooms.get(params.room)
        alive(room).link.send(stream.Answer(request=params.request, value=params.value))
        return m.Empty()

    async def _comm(self, _peer: Listener, params: m.CommParams) -> m.Empty:
        room = self._rooms.get(params.room)
        link, command = alive(room).link, widgets.command(params)
        if params.wait:
            await link.hand(command)
        else:
            link.send(command)
        return m.Empty()

    # -- grants

    async def _grants(self, _peer: Listener, params: m.RoomParams) -> m.Grants:
        return self._rooms.get(params.room).grants.listed()

    async def _settle(self, _peer: Listener, params: m.GrantParams) -> m.Empty:
        self._rooms.get(params.room).grants.settle(params)
        return m.Empty()

    async def _revoke(self, _peer: Listener, params: m.RevokeParams) -> m.Empty:
        self._rooms.get(params.room).grants.revoke(params.agent)
        return m.Empty()

    # -- files

    async def _recent(self, _peer: Listener, _params: m.Empty) -> m.Recent:
        kernels = {str(room.file.path): room.state.kernel.status for room in self._rooms.by_id.values()}
        return await asyncio.to_thread(recent, self._rooms.services.journal, kernels)

    async def _list(self, _peer: Listener, params: m.FolderParams) -> m.Listing:
        return await asyncio.to_thread(files.list_folder, params.folder, await self._granted.all())

    async def _grant_folder(self, _peer: Listener, params: m.FolderParams) -> m.FolderParams:
        return m.FolderParams(folder=str(await self._granted.grant(params.folder)))

    async def _revoke_folder(self, _peer: Listener, params: m.FolderParams) -> m.Empty:
        await self._granted.revoke(params.folder)
        return m.Empty()

    async def _folders(self, _peer: Listener, _params: m.Empty) -> m.Folders:
        return m.Folders(folders=tuple(str(one) for one in await self._granted.all()))

    async def _create(self, _peer: Listener, params: m.CreateParams) -> m.NewFile:
        granted = await self._granted.all()
        return m.NewFile(path=await asyncio.to_thread(files.create, params.folder, params.name, params.kernel, granted))

    async def _import(self, _peer: Listener, params: m.ImportParams) -> m.NewFile:
        granted = await self._granted.all()
        return m.NewFile(path=await asyncio.to_thread(files.take_in, params.folder, params.name, params.text, granted))

    # -- what outputs may reach

    async def _policy(self, _peer: Listener, params: policy.PolicyParams) -> policy.PolicyView:
        return await self._policies.show(self._rooms.get(params.room))

    async def _allow(self, _peer: Listener, params: policy.AllowParams) -> policy.PolicyView:
        return await self._policies.allow(self._rooms.get(params.room), params)

    async def _disallow(self, _peer: Listener, params: policy.AllowParams) -> policy.PolicyView:
        return await self._policies.revoke(self._rooms.get(params.room), params)

    async def _guest(self, _peer: Listener, params: policy.GuestParams) -> policy.GuestPage:
        return await self._policies.guest(params)

    # -- what is installed

    async def _sheet(self, _peer: Listener, params: trust.SheetParams) -> trust.Sheet:
        return await self._rooms.trusting.sheet(self._rooms.get(params.room))

    async def _check(self, _peer: Listener, params: trust.CheckParams) -> trust.Sheet:
        return await self._rooms.trusting.check(self._rooms.get(params.room), params.hosts)

    async def _approve(self, peer: Listener, params: trust.ApproveParams) -> trust.Sheet:
        room = self._rooms.get(params.room)
        shown = await self._rooms.trusting.approve(room, params, peer)
        self._rooms.kernels.catch_up(room)
        return shown

    async def _offer(self, peer: Listener, params: trust.OfferParams) -> trust.Sheet:
        return await self._rooms.trusting.offer(self._rooms.get(params.room), params, peer)

    async def _take_back(self, peer: Listener, params: trust.NotebookParams) -> m.Empty:
        await self._rooms.trusting.revoke(params.notebook, peer)
        return m.Empty()

    async def _given(self, _peer: Listener, _params: m.Empty) -> trust.AllGiven:
        return await self._rooms.trusting.given()

    async def _dependencies(self, peer: Listener, params: trust.DependenciesParams) -> trust.DependenciesEdited:
        return await self._rooms.trusting.edit(self._rooms.get(params.room), params, peer)

    # -- the page

    async def _preferences(self, _peer: Listener, _params: m.Empty) -> m.Preferences:
        return m.Preferences(text=await preferences.read(self._rooms.services.journal))

    async def _prefer(self, _peer: Listener, params: m.Preferences) -> m.Empty:
        await preferences.write(self._rooms.services.journal, params.text)
        return m.Empty()
