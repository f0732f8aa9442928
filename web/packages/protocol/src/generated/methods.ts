// Generated from src/fumehood by `make generate`. Do not edit.

import type {
  Acknowledged,
  AllGiven,
  AllowParams,
  ApproveParams,
  AutosaveParams,
  CellParams,
  Cells,
  CheckParams,
  ClearParams,
  CloseParams,
  CommParams,
  CompleteParams,
  CompleteResult,
  CreateParams,
  DaemonLeaving,
  DeleteParams,
  DependenciesEdited,
  DependenciesParams,
  EditParams,
  Edited,
  Empty,
  ExecuteParams,
  ExecuteResult,
  Exported,
  FolderParams,
  Folders,
  ForceParams,
  GrantParams,
  Grants,
  GuestPage,
  GuestParams,
  HelloParams,
  HelloResult,
  HistoryParams,
  HistoryResult,
  ImportParams,
  InputParams,
  InsertParams,
  InspectParams,
  InspectResult,
  KernelSpecs,
  Listing,
  MoveParams,
  NewFile,
  NotebookParams,
  OfferParams,
  OpenParams,
  OpenResult,
  PolicyParams,
  PolicyView,
  Preferences,
  ReadParams,
  Recent,
  RefusedUpdate,
  RevokeParams,
  Role,
  RoomClosed,
  RoomEvents,
  RoomParams,
  SaveParams,
  SaveResult,
  Sheet,
  SheetParams,
  StartParams,
  StatusResult,
  StopParams,
  Trash,
  Versions,
} from "./messages.js";

export const VERSION = 1;

/// All that a client can ask.
export interface Methods {
  "daemon.hello": { params: HelloParams; result: HelloResult };
  "daemon.status": { params: Empty; result: StatusResult };
  "daemon.stop": { params: StopParams; result: Empty };
  "room.open": { params: OpenParams; result: OpenResult };
  "room.attach": { params: RoomParams; result: OpenResult };
  "room.leave": { params: RoomParams; result: Empty };
  "room.save": { params: SaveParams; result: SaveResult };
  "room.export": { params: RoomParams; result: Exported };
  "room.autosave": { params: AutosaveParams; result: Empty };
  "room.close": { params: CloseParams; result: Empty };
  "room.trash": { params: RoomParams; result: Trash };
  "cell.read": { params: ReadParams; result: Cells };
  "cell.insert": { params: InsertParams; result: Edited };
  "cell.edit": { params: EditParams; result: Edited };
  "cell.move": { params: MoveParams; result: Edited };
  "cell.delete": { params: DeleteParams; result: Edited };
  "cell.restore": { params: CellParams; result: Edited };
  "cell.versions": { params: CellParams; result: Versions };
  "cell.clear": { params: ClearParams; result: Empty };
  "cell.execute": { params: ExecuteParams; result: ExecuteResult };
  "kernel.specs": { params: Empty; result: KernelSpecs };
  "kernel.start": { params: StartParams; result: Empty };
  "kernel.interrupt": { params: RoomParams; result: Empty };
  "kernel.restart": { params: StartParams; result: Empty };
  "kernel.shutdown": { params: ForceParams; result: Empty };
  "kernel.complete": { params: CompleteParams; result: CompleteResult };
  "kernel.inspect": { params: InspectParams; result: InspectResult };
  "kernel.history": { params: HistoryParams; result: HistoryResult };
  "kernel.input": { params: InputParams; result: Empty };
  "comm.send": { params: CommParams; result: Empty };
  "grant.list": { params: RoomParams; result: Grants };
  "grant.settle": { params: GrantParams; result: Empty };
  "grant.revoke": { params: RevokeParams; result: Empty };
  "files.recent": { params: Empty; result: Recent };
  "files.list": { params: FolderParams; result: Listing };
  "files.grant": { params: FolderParams; result: FolderParams };
  "files.revoke": { params: FolderParams; result: Empty };
  "files.grants": { params: Empty; result: Folders };
  "files.create": { params: CreateParams; result: NewFile };
  "files.import": { params: ImportParams; result: NewFile };
  "policy.show": { params: PolicyParams; result: PolicyView };
  "policy.allow": { params: AllowParams; result: PolicyView };
  "policy.revoke": { params: AllowParams; result: PolicyView };
  "policy.guest": { params: GuestParams; result: GuestPage };
  "trust.sheet": { params: SheetParams; result: Sheet };
  "trust.check": { params: CheckParams; result: Sheet };
  "trust.approve": { params: ApproveParams; result: Sheet };
  "trust.offer": { params: OfferParams; result: Sheet };
  "trust.revoke": { params: NotebookParams; result: Empty };
  "trust.list": { params: Empty; result: AllGiven };
  "dependencies.edit": { params: DependenciesParams; result: DependenciesEdited };
  "preferences.read": { params: Empty; result: Preferences };
  "preferences.write": { params: Preferences; result: Empty };
}

/// Which sockets carry it.
export const ROLES: { readonly [M in keyof Methods]: readonly Role[] } = {
  "daemon.hello": ["person", "agent", "cell"],
  "daemon.status": ["person", "agent"],
  "daemon.stop": ["person"],
  "room.open": ["person", "agent"],
  "room.attach": ["person", "agent", "cell"],
  "room.leave": ["person", "agent", "cell"],
  "room.save": ["person"],
  "room.export": ["person"],
  "room.autosave": ["person"],
  "room.close": ["person"],
  "room.trash": ["person", "agent"],
  "cell.read": ["person", "agent", "cell"],
  "cell.insert": ["person", "agent", "cell"],
  "cell.edit": ["person", "agent", "cell"],
  "cell.move": ["person", "agent", "cell"],
  "cell.delete": ["person", "agent", "cell"],
  "cell.restore": ["person", "agent"],
  "cell.versions": ["person", "agent"],
  "cell.clear": ["person", "agent"],
  "cell.execute": ["person", "agent"],
  "kernel.specs": ["person", "agent"],
  "kernel.start": ["person"],
  "kernel.interrupt": ["person", "agent"],
  "kernel.restart": ["person"],
  "kernel.shutdown": ["person"],
  "kernel.complete": ["person"],
  "kernel.inspect": ["person"],
  "kernel.history": ["person"],
  "kernel.input": ["person"],
  "comm.send": ["person"],
  "grant.list": ["person"],
  "grant.settle": ["person"],
  "grant.revoke": ["person"],
  "files.recent": ["person"],
  "files.list": ["person"],
  "files.grant": ["person"],
  "files.revoke": ["person"],
  "files.grants": ["person"],
  "files.create": ["person"],
  "files.import": ["person"],
  "policy.show": ["person"],
  "policy.allow": ["person"],
  "policy.revoke": ["person"],
  "policy.guest": ["person"],
  "trust.sheet": ["person"],
  "trust.check": ["person"],
  "trust.approve": ["person"],
  "trust.offer": ["person"],
  "trust.revoke": ["person"],
  "trust.list": ["person"],
  "dependencies.edit": ["person", "agent"],
  "preferences.read": ["person"],
  "preferences.write": ["person"],
};

/// What the daemon says unasked.
export interface Notifications {
  "room.events": RoomEvents;
  "room.closed": RoomClosed;
  "document.acknowledged": Acknowledged;
  "document.refused": RefusedUpdate;
  "daemon.leaving": DaemonLeaving;
}
