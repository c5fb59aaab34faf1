"""The operator's own header and footer: their words keep their marks, values are only words."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.events import Agent, Kind, Message
from bridge.rendering.plain import Plain
from bridge.rendering.slack_markdown import SlackMarkdown
from bridge.rendering.templates import MAX_LINE_CHARS, TemplateFault, checked, filled
from bridge.rendering.tree import (
    Code,
    Emphasis,
    Image,
    Inline,
    Link,
    Paragraph,
    Strike,
    Strong,
    Text,
    visible,
)
from tests.rendering.samples import MAX, by, message

WRITTEN = datetime(2026, 6, 29, 8, 27, 44, tzinfo=UTC)


def line(
    template: str, told: Message | None = None, *, part: int = 1, parts: int = 2, revision: int = 0
) -> tuple[Inline, ...]:
    """Return the filled template."""
    told = told or message()
    return filled(template, told, route="support", part=part, parts=parts, revision=revision)


def shown(template: str, told: Message | None = None, **numbers: int) -> str:
    """Return the words of the filled template."""
    return visible(line(template, told, **numbers))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ agent.name }}, {{ agent.role }}", "Max Evans, Culture consultant"),
        ("{{ agent.id }} {{ chat.id }}", "fa9640f5 7833b1ec"),
        ("{{ message.id }} {{ message.kind }} {{ message.revision }}", "m1 plan 1"),
        ("{{ message.plan_state }}", "PLAN_PENDING"),
        ("{{ message.created_at }}", "2026-06-29 08:27 UTC"),
        ("{{ message.created_at | strftime('%-d %B, %H:%M') }}", "29 June, 08:27"),
        ("{{ route }}: {{ part }}/{{ parts }}", "support: 1/2"),
        ("{% if part > 1 %}more{% else %}first{% endif %}", "first"),
        ("{{ 'again' if message.revision }}", "again"),
        ("{{ 'never' if part > 9 }}", ""),
        ("{{ 'a' ~ (' b' if part > 9) }}", "a"),
        ("{{ none }}", ""),
        ("{{ chat.id[:4] }}", "7833"),
        ("{{ agent.name | upper }}", "MAX EVANS"),
        ("{{ agent.name | replace('Max', 'M.') }}", "M. Evans"),
        ("{{ [agent.name, '', agent.role] | select | join(' / ') }}", "Max Evans / Culture consultant"),
        ("{{ agent.name ~ (' · ' ~ agent.role if agent.role else '') }}", "Max Evans · Culture consultant"),
        ("{# a note #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{{ part + 1 }} {{ -part }} {{ part in [1, 2] }} {{ not part is none }}", "2 -1 True True"),
        ("one\n  line", "one line"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_template_says_what_is_known(template: str, words: str) -> None:
    """The fields of message, agent, chat and route, with conditions and filters."""
    told = message(kind=Kind.PLAN, plan_state="PLAN_PENDING", created_at=WRITTEN)

    checked(template)
    assert shown(template, told, revision=1) == words


@pytest.mark.parametrize(
    ("agent", "name"),
    [(MAX, "Max Evans"), (Agent(id="a1"), "a1"), (Agent(), "agent"), (by(name="\n"), "fa9640f5")],
)
def test_an_agent_without_a_name_is_called_as_in_our_header(agent: Agent, name: str) -> None:
    """By its id, else "agent": the line never begins with nothing."""
    assert shown("{{ agent.name }}", message(agent=agent)) == name


def test_what_nexusgpt_left_out_is_empty() -> None:
    """So `if` can ask for it, and nobody reads "None"."""
    template = "[{{ agent.id }}{{ agent.role }}{{ message.created_at }}{{ message.plan_state }}]"
    told = message(agent=Agent())

    assert shown(template, told) == "[]"
    assert shown("{{ message.created_at | strftime('%H:%M') }}", told) == ""
    assert line("**{{ agent.role }}** *{{ agent.role }}*", told) == (Text(text=" "),)


def test_marks_of_the_template_are_markdown() -> None:
    """The operator writes bold, italics, code, links and pictures as in any message."""
    assert line("**{{ part }}** *a* ~~b~~ `{{ chat.id }}` [c](https://a.example)") == (
        Strong(inlines=(Text(text="1"),)),
        Text(text=" "),
        Emphasis(inlines=(Text(text="a"),)),
        Text(text=" "),
        Strike(inlines=(Text(text="b"),)),
        Text(text=" "),
        Code(text="7833b1ec"),
        Text(text=" "),
        Link(url="https://a.example", inlines=(Text(text="c"),)),
    )
    assert line("![{{ agent.name }}](https://a.example/m.png)") == (
        Image(url="https://a.example/m.png", alt="Max Evans"),
    )


@pytest.mark.parametrize(
    "value",
    [
        "**b** _i_ ~~s~~ `c`",
        "[x](http://evil.example)",
        "https://evil.example",
        "<!channel> @everyone <@U1>",
        "# a",
        "1. a",
        "&lt; &#64; \\*",
        "{{ agent.id }} {% if %}",
        "xx0xx x0x",
        "{{ 7 * 7 }}",
    ],
)
def test_values_are_only_words(value: str) -> None:
    """No markup, link, ping or template of a value is acted on: it is shown as it came."""
    told = message(agent=by(name=value))

    assert line("{{ agent.name }}", told) == (Text(text=value),)
    assert line("**{{ agent.name }}**", told) == (Strong(inlines=(Text(text=value),)),)
    assert line("`{{ agent.name }}`", told) == (Code(text=value),)
    assert "<!" not in SlackMarkdown().blocks((Paragraph(inlines=line("{{ agent.name }}", told)),))


@pytest.mark.parametrize("value", ["a\nb", "a\r\n\tb", "a\x00b", "a\ud800b", "a\u202eb", " a  b "])
def test_values_stand_on_the_line(value: str) -> None:
    """Line ends, controls, direction marks and halves of characters become a space."""
    assert shown("{{ agent.name }}", message(agent=by(name=value))) == "a b"
    assert "\n" not in shown("{{ agent.name | replace('M', '\\n') }}")


def test_a_value_in_an_address_is_encoded() -> None:
    """It can't lead elsewhere; an address alone is its own label."""
    told = message(chat_id="a/b?c=d#é ]")
    url = "https://a.example/chats/a%2Fb%3Fc%3Dd%23%C3%A9%20%5D"

    assert line("[open](https://a.example/chats/{{ chat.id }})", told) == (
        Link(url=url, inlines=(Text(text="open"),)),
    )
    assert line("https://a.example/chats/{{ chat.id }}", told) == (
        Link(url=url, inlines=(Text(text=url),)),
    )


def test_a_label_that_a_value_makes_pretend_is_spelled_out() -> None:
    """As in what agents write: who reads one address is not led to another."""
    told = message(agent=by(name="https://bank.example"))

    assert Plain().inlines(line("[{{ agent.name }}](https://a.example)", told)) == (
        "https://bank.example (https://a.example)"
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ agnet.name }}",
        "{{ agent.name",
        "# a",
        "[a](https://{{ chat.id }}.example)",
        "{{ agent.name - 1 }}",
        "{{ 9 ** 9 }}",
    ],
)
def test_a_template_that_can_not_work_gives_the_words_of_our_header(template: str) -> None:
    """`checked` refuses it; should it be filled all the same, the message is posted with a header."""
    with pytest.raises(TemplateFault):
        checked(template)

    assert shown(template) == "Max Evans · Culture consultant · chat 7833b1ec · 1/2"


def test_what_fails_only_live_gives_the_words_of_our_header() -> None:
    """A message is posted whatever its header does."""
    template = "{{ agent.name | truncate(agent.role | length) }}"
    checked("{{ agent.name | truncate(agent.role | length + 3) }}")

    assert shown(template, message(agent=by(role="x"))) == "Max Evans · x · chat 7833b1ec · 1/2"


def test_a_line_that_values_make_too_long_keeps_its_front() -> None:
    """It is shortened at a whole character, as names are, and loses its looks."""
    template = "**{{ agent.name }}** {{ message.id }} {{ agent.id }} {{ agent.role }}"
    told = message(agent=by(name="👨‍👩‍👧" * 99, id="i" * 256), id="m" * 256)
    (text,) = line(template, told)

    assert isinstance(text, Text)
    assert len(text.text) <= MAX_LINE_CHARS
    assert text.text.endswith("m…")
    assert "👧… m" in text.text


pieces = st.sampled_from(
    [
        *("{{ agent.name }}", "{{chat.id}}", "**", "*", "_", "`", "x", "xx", "0", "[", "](", ")", "<", ">"),
        *("https://a.example/", "!", "#", "- ", "\n", "|", "\\", "&amp;", "{{ part }}", "{", "%}", "{%"),
    ]
)  # fmt: skip


@given(
    st.lists(pieces, max_size=12).map("".join),
    st.text(max_size=20) | st.lists(pieces, max_size=6).map("".join),
)
def test_no_value_can_make_a_link(template: str, name: str) -> None:
    """Whatever a value holds, it makes no link, and those of the template lead where they did."""
    try:
        checked(template)
    except TemplateFault:
        return
    plain = line(template, message(agent=by(name="Max")))
    other = line(template, message(agent=by(name=f"a{name}")))

    assert all(address.startswith("https://a.example") for address in _addresses(other))
    assert len(_addresses(other)) == len(_addresses(plain))


def _addresses(inlines: tuple[Inline, ...]) -> list[str]:
    return re.findall(r"Link\(url='([^']*)'", repr(inlines))
