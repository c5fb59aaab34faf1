"""The sandbox's Discord: files that come with a message, stay with it, or are replaced."""

import io
import json
from typing import Any

import aiohttp
import pytest

from tests.sandbox.wire import AGENT, Reply, Wire

TOO_LARGE = 10 * 1024 * 1024 + 1


def form(body: dict[str, Any], *names: str, data: bytes = b"x") -> aiohttp.FormData:
    """Return a multipart body with files of these names."""
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("payload_json", json.dumps(body), content_type="application/json")
    for number, name in enumerate(names):
        made.add_field(f"files[{number}]", io.BytesIO(data), filename=name)
    return made


async def post(wire: Wire, data: aiohttp.FormData) -> Reply:
    """Execute the webhook."""
    url = wire.sandbox.discord.webhook_url("1") + "?wait=true"
    return await wire.send("POST", url, data=data, headers=AGENT)


async def patch(wire: Wire, message: str, **content: Any) -> Reply:
    """Edit a message."""
    url = f"{wire.sandbox.discord.webhook_url('1')}/messages/{message}"
    return await wire.send("PATCH", url, headers=AGENT, **content)


async def test_files_arrive_with_their_names_and_bytes(wire: Wire) -> None:
    """A name may have any letters; `attachments` can give it another one."""
    told = {"content": "hi", "attachments": [{"id": 0}, {"id": "1", "filename": "b.md"}]}
    reply = await post(wire, form(told, "á “a”.md", "x", data=b"\x00\xff"))

    [arrived] = wire.sandbox.posts
    assert (arrived.text, arrived.files) == ("hi", ("á “a”.md", "b.md"))
    assert arrived.contents == (b"\x00\xff", b"\x00\xff")
    assert arrived.unknown_keys == ()
    shown = reply.json()["attachments"]
    assert [(file["filename"], file["size"]) for file in shown] == [("á “a”.md", 2), ("b.md", 2)]


async def test_a_form_may_do_without_json(wire: Wire) -> None:
    """Its fields are the keys of the body; a file may have any field."""
    plain = aiohttp.FormData({"content": "hi", "username": "Max"})
    plain.add_field("file", b"x", filename="a.txt")
    await post(wire, plain)

    [arrived] = wire.sandbox.posts
    assert (arrived.text, arrived.username, arrived.files) == ("hi", "Max", ("a.txt",))


async def test_a_form_with_broken_json_is_refused(wire: Wire) -> None:
    """Whatever else stands in it."""
    broken = aiohttp.FormData({"payload_json": "{", "content": "hi"})
    broken.add_field("files[0]", b"x", filename="a.txt")

    assert (await post(wire, broken)).json()["code"] == 50109


async def test_a_file_that_attachments_leaves_out_is_left_out(wire: Wire) -> None:
    """Only what is listed is added."""
    await post(wire, form({"attachments": [{"id": 1}]}, "a.md", "b.md"))

    assert wire.sandbox.posts[0].files == ("b.md",)


FAULTY: dict[str, tuple[object, list[str]]] = {
    "no list": ("x", ["attachments"]),
    "no objects": (["x"], ["attachments"]),
    "nothing of that number": ([{"id": 0}, {"id": 1}], ["attachments", "1", "id"]),
    "no number": ([{}], ["attachments", "0", "id"]),
}


@pytest.mark.parametrize(("told", "path"), FAULTY.values(), ids=FAULTY)
async def test_attachments_have_to_name_what_is_there(
    wire: Wire, told: object, path: list[str]
) -> None:
    """The answer leads to the fault."""
    reply = await post(wire, form({"attachments": told}, "a.md"))

    assert reply.json()["code"] == 50035
    errors = reply.json()["errors"]
    for step in path:
        errors = errors[step]
    assert errors["_errors"]


async def test_a_message_takes_ten_files(wire: Wire) -> None:
    """Not eleven."""
    names = [f"{number}.md" for number in range(11)]

    assert (await post(wire, form({}, *names[:10]))).status == 200
    assert (await post(wire, form({}, *names))).json()["code"] == 30015


async def test_an_edit_appends_a_file_unless_it_says_what_stays(wire: Wire) -> None:
    """Files are kept by their ids, and dropped when they aren't listed."""
    first = (await post(wire, form({}, "a.md", data=b"a"))).json()
    added = (await patch(wire, first["id"], data=form({}, "b.md", data=b"b"))).json()
    assert wire.sandbox.posts[0].files == ("a.md", "b.md")
    assert [file["id"] for file in added["attachments"]][:1] == [first["attachments"][0]["id"]]

    kept = {"attachments": [{"id": added["attachments"][1]["id"]}, {"id": 0}]}
    await patch(wire, first["id"], data=form(kept, "c.md", data=b"c"))
    [edited] = wire.sandbox.posts
    assert (edited.files, edited.contents) == (("b.md", "c.md"), (b"b", b"c"))


async def test_an_empty_list_removes_all_files(wire: Wire) -> None:
    """If there is anything else to see."""
    first = (await post(wire, form({}, "a.md"))).json()["id"]
    empty = await patch(wire, first, json={"attachments": []})
    good = await patch(wire, first, json={"attachments": [], "content": "hi"})

    assert (empty.json()["code"], good.json()["attachments"]) == (50006, [])
    assert (wire.sandbox.posts[0].files, wire.sandbox.posts[0].contents) == ((), ())


async def test_no_file_is_larger_than_10_mib(wire: Wire) -> None:
    """Neither in a post nor in an edit; all of them together may be."""
    first = (await post(wire, form({}, "a", "b", data=b"x" * (TOO_LARGE - 1)))).json()["id"]
    replies = [
        await post(wire, form({}, "a", data=b"x" * TOO_LARGE)),
        await patch(wire, first, data=form({}, "a", data=b"x" * TOO_LARGE)),
    ]

    assert [(reply.status, reply.json()["code"]) for reply in replies] == [(413, 40005)] * 2
    assert len(wire.sandbox.posts) == 1
