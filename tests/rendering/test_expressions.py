"""What a template may not say is told before the first message comes."""

import pytest

from bridge.rendering.expressions import MAX_TEMPLATE_CHARS
from bridge.rendering.templates import MAX_LINE_CHARS, TemplateFault, checked, filled
from bridge.rendering.tree import visible
from tests.rendering.samples import message


def fault_of(template: str) -> str:
    """Return the clause with which a template is refused."""
    with pytest.raises(TemplateFault) as error:
        checked(template)
    return str(error.value)


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{{ agnet.name }}", 'line 1: unknown name "agnet"; did you mean "agent"?'),
        ("\n{{ agent.nmae }}", 'line 2: "agent" has no field "nmae"; did you mean "name"?'),
        ("{{ chat.zzz }}", 'line 1: "chat" has no field "zzz"; known is "id"'),
        ("{{ part.x }}", 'line 1: "part" has no fields: leave out ".x"'),
        ("{{ values }}", 'line 1: unknown name "values"; known are "message", "agent", "chat", '
         '"route", "part", "parts"'),
        ("{{ self }}", None),
        ("{{ agent.name.upper() }}", "line 1: a call, name(...), is not possible in a line"),
        ("{{ agent.name.upper }}", 'line 1: ".upper" is not possible here: use a filter, such as '
         '"| upper"'),
        ("{{ ''.__class__ }}", None),
        ("{{ agent.__class__ }}", None),
        ("{{ agent['name'] }}", "line 1: [...] takes a range of characters here, such as [:8]"),
        ("{{ agent.name | uper }}", 'line 1: unknown filter "uper"; did you mean "upper"?'),
        ("{{ agent.name | safe }}", None),
        ("{{ range(9) }}", "line 1: a call, name(...), is not possible in a line"),
        ("{% for x in 'ab' %}{{ x }}{% endfor %}", 'line 1: "for" is not possible in a line'),
        ("{% macro a() %}{% endmacro %}", 'line 1: "macro" is not possible in a line'),
        ("{% call a() %}{% endcall %}", 'line 1: "call" is not possible in a line'),
        ("{% filter upper %}a{% endfilter %}", 'line 1: "filter" is not possible in a line'),
        ("{% include 'a' %}", 'line 1: "include" is not possible in a line'),
        ("{% import 'a' as b %}", 'line 1: "import" is not possible in a line'),
        ("{% from 'a' import b %}", 'line 1: "import" is not possible in a line'),
        ("{% extends 'a' %}", 'line 1: "extends" is not possible in a line'),
        ("{% block a %}{% endblock %}", 'line 1: "block" is not possible in a line'),
        ("{% set a = 1 %}", 'line 1: "set" is not possible in a line'),
        ("{% set a %}b{% endset %}", 'line 1: "set" is not possible in a line'),
        ("{% with %}{% endwith %}", 'line 1: "with" is not possible in a line'),
        ("{{ 'a' * 9 }}", 'line 1: "*" is not possible in a line'),
        ("{{ 9 ** 9 }}", 'line 1: "**" is not possible in a line'),
        ("{{ '%9d' % 1 }}", 'line 1: "%" is not possible in a line'),
        ("{{ 1 / 0 }}", 'line 1: "/" is not possible in a line'),
        ("{{ 1 // 0 }}", 'line 1: "//" is not possible in a line'),
        ("{{ {} }}", "line 1: a table, {...}, is not possible in a line"),
        ("{{ +1 }}", "line 1: this is not possible in a line"),
        ("{{ agent.name", "line 1: unexpected end of template, expected 'end of print statement'"),
        ("{% if part %}", None),
        ("a" * (MAX_TEMPLATE_CHARS + 1), "it has more than 1,000 characters"),
        ("{{" + "(" * 400 + "1" + ")" * 400 + "}}", "it is nested too deeply"),
        ("a" * (MAX_LINE_CHARS + 1), "it makes a line of more than 300 characters"),
        ("[a](https://a.example/" + "a" * 300 + ")", "it makes a line of more than 300 characters"),
        ("![a](https://a.example/" + "a" * 300 + ")", "it makes a line of more than 300 characters"),
        ("**" + "a" * 301 + "**", "it makes a line of more than 300 characters"),
        ("{{ message.created_at | strftime('%99d') }}", 'it has a width in a form of time: write '
         '"%d", not "%9d"'),
        ("{{ agent.name - 1 }}", "it can't be filled: unsupported operand type(s) for -: 'str' and "
         "'int'"),
        ("{{ agent.name | truncate(1) }}", "it can't be filled: expected length >= 3, got 1"),
        ("{{ ('' | first) ~ 'a' }}", "it can't be filled: No first item, sequence was empty"),
        ("# {{ agent.name }}", "it begins like a heading, a list, a quote, a rule or code"),
        ("{% if part == 2 %}- {% endif %}a", "it begins like a heading, a list, a quote, a rule or "
         "code"),
        ("---", "it begins like a heading, a list, a quote, a rule or code"),
        ("[a](https://{{ chat.id }}.example)", "it has a link whose place is not fixed: values go "
         "behind the host"),
        ("https://a.example{{ chat.id }}", None),
        ("[a](mailto:{{ chat.id }}@a.example)", None),
    ],
)  # fmt: skip
def test_a_template_that_can_not_work_is_refused_at_once(template: str, fault: str | None) -> None:
    """In one clause with its line, the nearest known name, or what to write instead."""
    told = fault_of(template)

    assert told if fault is None else told == fault
    assert "\n" not in told


@pytest.mark.parametrize(
    "template",
    [
        "{{ agent.name" + " | replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 19 + " }}",
        "{{ agent.name" + " | join('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 17 + " }}",
    ],
    ids=["replace", "join"],
)
def test_no_filter_swells_a_value_without_end(template: str) -> None:
    """Filters that make text longer are bounded, each by itself."""
    line = filled(template, message(), route="", part=1, parts=1, revision=0)

    assert fault_of(template) == "it makes a line of more than 300 characters"
    assert len(visible(line)) == MAX_LINE_CHARS
