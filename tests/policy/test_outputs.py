from __future__ import annotations

from fumehood.doors.guards import is_sealed
from fumehood.policy.outputs import OutputPolicy

BLOBS = "http://127.0.0.1:4321"


def directives(policy: OutputPolicy) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in policy.header.split(";"))}


def test_the_policy_seals_its_page_wherever_it_is_opened() -> None:
    policy = OutputPolicy(BLOBS)
    assert is_sealed(policy.header)
    assert directives(policy)["sandbox"] == ["allow-scripts", "allow-forms"]


def test_an_output_reaches_the_blob_server_and_no_other_host() -> None:
    found = directives(OutputPolicy(BLOBS))
    assert found["default-src"] == ["'none'"]
    hosts = {word for name, words in found.items() if name != "frame-ancestors" for word in words if "/" in word}
    assert hosts == {BLOBS}
    assert not {word for words in found.values() for word in words if word in ("*", "http:", "https:", "ws:", "'self'")}


def test_an_output_has_no_frames_plugins_base_or_form_targets() -> None:
    found = directives(OutputPolicy(BLOBS))
    for name in ("frame-src", "object-src", "base-uri", "form-action"):
        assert found[name] == ["'none'"]


def test_the_header_is_one_line() -> None:
    assert OutputPolicy(BLOBS).header.isprintable()
