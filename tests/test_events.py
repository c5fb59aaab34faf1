"""What NexusGPT tells us is read leniently, and what can't be read is refused in one sentence."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.errors import BadBody
from bridge.events import MAX_ID_CHARS, Agent, Event, Message, read
from tests.messages import make_body, make_message, make_payload

NOT_JSON = "the body is not JSON in UTF-8"
NO_OBJECT = "the body is not a JSON object"
NO_EVENT = 'the body names no event: it has neither "event" nor "type"'
NO_PAYLOAD = 'the event has no "payload" object'

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=3,
)
json_fields = st.dictionaries(st.sampled_from(sorted(make_payload())), json_values, max_size=4)


def told(**changes: Any) -> Message:
    """Return the message of a webhook with some fields of its payload changed."""
    message = read(make_body(**changes)).message
    assert message is not None
    return message


def test_the_documented_example_is_read_whole() -> None:
    """All that the guide's example says is in the message."""
    event = read(make_body())

    assert event == Event(type="MESSAGE_FINALIZED", message=make_message())


def test_only_the_ids_are_required() -> None:
    """A message with nothing but its id and its chat's is a message."""
    body = b'{"event": "MESSAGE_FINALIZED", "payload": {"id": "m1", "chatId": "c1"}}'

    assert read(body).message == Message(id="m1", chat_id="c1", agent=Agent(), content="")


@pytest.mark.parametrize(
    "envelope",
    [
        {"event": "MESSAGE_FINALIZED"},
        {"type": "MESSAGE_FINALIZED"},
        {"event": "MESSAGE_FINALIZED", "type": "PLAN_PENDING"},
        {"event": "", "type": "MESSAGE_FINALIZED"},
        {"event": 5, "type": "MESSAGE_FINALIZED"},
    ],
    ids=str,
)
def test_the_event_is_named_by_event_or_else_by_type(envelope: dict[str, Any]) -> None:
    """The guide's examples have the one, its prose the other."""
    event = read(json.dumps(envelope | {"payload": make_payload()}).encode())

    assert event.message == make_message()


def test_the_type_of_the_payload_names_no_event() -> None:
    """It is the state of a plan, not the type of the event."""
    payload = make_payload(type="MESSAGE_FINALIZED")

    with pytest.raises(BadBody, match='neither "event" nor "type"'):
        read(json.dumps({"payload": payload}).encode())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"senderType": "USER"}, "written by a user"),
        ({"senderType": "USER", "id": None}, "written by a user"),
        ({"senderType": "SYSTEM"}, "not written by an agent"),
        ({"isTemporary": True}, "a temporary message"),
        ({"status": "IN_PROGRESS"}, "still being written"),
    ],
    ids=str,
)
def test_what_no_agent_has_finished_is_ignored(changes: dict[str, Any], reason: str) -> None:
    """A user's message, a temporary one and one that is still being written are not brought on."""
    event = read(make_body(**changes))

    assert (event.type, event.message, event.ignored) == ("MESSAGE_FINALIZED", None, reason)


@pytest.mark.parametrize(
    ("told", "kept"),
    [("m1", "m1"), (None, None), ("", None), (5, None), ("m" * 999, "m" * MAX_ID_CHARS)],
    ids=["an id", "none", "empty", "a number", "a long one"],
)
def test_what_is_ignored_can_be_named(told: object, kept: str | None) -> None:
    """By the message's id, where that is told; nobody can fill the log with it."""
    assert read(make_body(senderType="USER", id=told)).message_id == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"senderType": None},
        {"senderType": 5},
        {"isTemporary": False},
        {"isTemporary": None},
        {"isTemporary": "true"},
        {"status": None},
        {"status": "PROCESSED"},
        {"isNotification": False},
        {"isNotification": 1},
        {"unknown": {"field": [1]}},
        {"executionPlan": {"steps": []}},
    ],
    ids=str,
)
def test_what_is_absent_false_or_unknown_changes_nothing(changes: dict[str, Any]) -> None:
    """A field that is left out, has an unexpected shape or is unknown doesn't count."""
    assert told(**changes) == make_message()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("CHAT_CREATED", "CHAT_CREATED"), ("x" * 41, "x" * 40 + "…")],
    ids=["short", "long"],
)
def test_an_unknown_event_is_ignored(name: str, shown: str) -> None:
    """Other events may come: they are no error, and need no payload."""
    event = read(json.dumps({"event": name}).encode())

    assert event == Event(type=name, ignored=f'unknown event "{shown}"')


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("WAz8eIbvDR60rouK", "WAz8eIbvDR60rouK"),
        (4711, "4711"),
        (" / ", " / "),
        ("a\0b", "a\ufffdb"),
        ("x" * 256, "x" * 256),
    ],
    ids=str,
)
def test_ids_are_opaque(wire: Any, text: str) -> None:
    """Ids are not always UUIDs, and a number is taken as text."""
    message = told(id=wire, chatId=wire)

    assert (message.id, message.chat_id) == (text, text)


@pytest.mark.parametrize("key", ["id", "chatId"])
@pytest.mark.parametrize("wire", [None, "", True, 1.5, ["m1"], {"id": "m1"}], ids=str)
def test_a_message_without_ids_is_refused(key: str, wire: Any) -> None:
    """Without its own id or its chat's a message can't be kept."""
    with pytest.raises(BadBody, match=f'^the message has no "{key}"$'):
        read(make_body(**{key: wire}))


def test_an_endless_id_is_refused() -> None:
    """An id is a key in the store."""
    with pytest.raises(BadBody, match=r'^the message\'s "id" is longer than 256 characters$'):
        read(make_body(id="x" * 257))


@pytest.mark.parametrize(
    "wire", [10**300, 1.5, True, {}], ids=["endless", "float", "bool", "table"]
)
def test_what_is_neither_text_nor_a_whole_number_is_no_id(wire: Any) -> None:
    """A number beyond 64 bits has no exact value in JSON, and no id is guessed from it."""
    with pytest.raises(BadBody, match=r'^the message has no "id"$'):
        read(make_body(id=wire))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", NOT_JSON),
        (b" \n", NOT_JSON),
        (b"event=MESSAGE_FINALIZED", NOT_JSON),
        (b'{"event": "MESSAGE_FINALIZED"', NOT_JSON),
        (b'{"event": "MESSAGE_FINALIZED"} x', NOT_JSON),
        (b'{"event": "caf\xe9"}', NOT_JSON),
        ('{"event": "A"}'.encode("utf-16"), NOT_JSON),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", NOT_JSON),
        (b'{"event": "A", "payload": NaN}', NOT_JSON),
        (b'{"event": "A", "payload": [-Infinity]}', NOT_JSON),
        (b'{"event": "A", "payload": ' + b"9" * 5_000 + b"}", NOT_JSON),
        (b"[" * 100_000, NOT_JSON),
        (b"[" * 100_000 + b"]" * 100_000, NOT_JSON),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, NOT_JSON),
        (b"[]", NO_OBJECT),
        (b'"MESSAGE_FINALIZED"', NO_OBJECT),
        (b"5", NO_OBJECT),
        (b"null", NO_OBJECT),
        (b"{}", NO_EVENT),
        (b'{"event": null, "type": 5}', NO_EVENT),
        (b'{"event": "MESSAGE_FINALIZED"}', NO_PAYLOAD),
        (b'{"event": "MESSAGE_FINALIZED", "payload": []}', NO_PAYLOAD),
        (b'{"event": "MESSAGE_FINALIZED", "payload": "m1"}', NO_PAYLOAD),
    ],
    ids=itertools.count(1),
)
def test_what_is_no_event_is_refused_in_one_sentence(body: bytes, sentence: str) -> None:
    """The sentence is the answer to the webhook: it says what is wrong, and nothing of ours."""
    with pytest.raises(BadBody) as refusal:
        read(body)

    assert str(refusal.value) == sentence
    assert refusal.value.status == 400


def test_a_byte_order_mark_is_no_fault() -> None:
    """Some write one at the beginning of what is UTF-8."""
    assert read(b"\xef\xbb\xbf" + make_body()).message == make_message()


def nested(levels: int) -> Any:
    """Return lists and objects inside each other."""
    value: Any = "leaf"
    for level in range(levels):
        value = [value] if level % 2 else {"steps": value}
    return value


def test_a_plan_is_nested_a_hundred_levels_at_most() -> None:
    """What walks through a plan later must not run out of stack."""
    assert told(contentJson=nested(99)).plan == nested(99)
    with pytest.raises(BadBody, match=r"^the plan is nested more than 100 levels deep$"):
        read(make_body(contentJson=nested(100)))


@given(body=st.binary())
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_an_event_or_refused(body: bytes) -> None:
    """Whatever a stranger sends, reading it ends in one of two ways."""
    _read_or_refused(body)


@given(
    wrapped=st.booleans(),
    value=json_values | json_fields,
)
@example(wrapped=True, value={"id": "\ud800", "content": "\0\udfff", "contentJson": "\ud800"})
@settings(max_examples=300, deadline=None)
def test_any_json_is_an_event_or_refused(wrapped: bool, value: Any) -> None:
    """Whatever shapes the fields have, a message that is read can be stored and compared."""
    payload = make_payload(**value) if isinstance(value, dict) and wrapped else value
    body = {"event": "MESSAGE_FINALIZED", "payload": payload} if wrapped else value
    event = _read_or_refused(json.dumps(body).encode())

    if event is not None and event.message is not None:
        message = event.message
        assert len(message.fingerprint) == 16
        f"{message.id}{message.chat_id}{message.content}{message.agent}{message.files}".encode()


def _read_or_refused(body: bytes) -> Event | None:
    try:
        event = read(body)
    except BadBody:
        return None
    assert (event.message is None) is (event.ignored is not None)
    return event
