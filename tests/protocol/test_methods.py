from __future__ import annotations

import inspect

import msgspec
import pytest

from fumehood.protocol import events, methods, outputs, trust
from fumehood.protocol.base import Message
from fumehood.protocol.methods import METHODS, NOTIFICATIONS

PEOPLE_ONLY = {
    "daemon.stop",
    "room.save",
    "room.autosave",
    "room.export",
    "room.close",
    "kernel.start",
    "kernel.restart",
    "kernel.shutdown",
    "kernel.input",
    "comm.send",
    "grant.list",
    "grant.settle",
    "grant.revoke",
    "files.recent",
    "files.list",
    "files.grant",
    "files.revoke",
    "files.grants",
    "files.create",
    "files.import",
    "policy.show",
    "policy.allow",
    "policy.revoke",
    "policy.guest",
    "trust.sheet",
    "trust.check",
    "trust.approve",
    "trust.offer",
    "trust.revoke",
    "trust.list",
    "preferences.read",
    "preferences.write",
}


def test_what_only_a_person_may_do_is_not_on_the_agent_socket() -> None:
    """Design, section 5: no grants, no prompts, no models, no end of the daemon for an agent."""
    assert [name for name in sorted(PEOPLE_ONLY) if METHODS[name].roles != {"person"}] == []


def test_code_in_a_cell_can_do_no_more_than_an_agent() -> None:
    assert [name for name, method in METHODS.items() if "cell" in method.roles and "agent" not in method.roles] == []


def test_code_in_a_cell_starts_and_stops_nothing() -> None:
    own = {name for name, method in METHODS.items() if "cell" in method.roles}
    assert own.isdisjoint({"room.open", "cell.execute", "kernel.interrupt", "daemon.status"})


def test_every_struct_on_a_wire_refuses_fields_that_it_does_not_know() -> None:
    loose = [
        f"{module.__name__}.{name}"
        for module in (methods, events, outputs, trust)
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and issubclass(kind, msgspec.Struct) and issubclass(kind, Message)
        if not kind.__struct_config__.forbid_unknown_fields or not kind.__struct_config__.frozen
    ]
    assert loose == []


@pytest.mark.parametrize("name", [*METHODS, *NOTIFICATIONS])
def test_names_have_a_subject_and_a_word(name: str) -> None:
    subject, word = name.split(".")
    assert subject.isalpha() and word.isalpha() and name == name.lower()


def test_all_parameters_and_results_can_be_described() -> None:
    """msgspec raises for a type that it could not decode; the TypeScript types and the reference come from these."""
    for method in METHODS.values():
        msgspec.json.Decoder(method.params)
        msgspec.json.Decoder(method.result)
    for kind in NOTIFICATIONS.values():
        msgspec.json.Decoder(kind)
