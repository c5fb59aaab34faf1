"""Every part for Slack keeps every limit, in every form, whatever is in it."""

import pytest
from hypothesis import given, settings

from bridge.deliveries import Form
from bridge.rendering import markdown
from bridge.rendering.slack_posts import MAX_RICH_TEXT_UNITS, rich_text_units, units
from bridge.rendering.slack_rich_text import rich_text
from bridge.rendering.slack_sizes import fill
from bridge.sandbox.slack.expansion import items
from tests.rendering.samples import FORMS, LONG, markdown_of, message, on_slack
from tests.rendering.test_properties import DOCUMENT, SOUP


@pytest.mark.parametrize(
    "content",
    [
        LONG * 30,
        "& " * 12_000,
        "<" * 12_000,
        "🇩🇪" * 12_000,
        "# h\n\ntext\n\n" * 120,
        "---\n" * 120,
        "| a | b |\n|---|---|\n" + "| c | d |\n" * 350,
        "| a | b |\n|---|---|\n" + f"| {'c' * 900} | d |\n" * 30,
        "| a |\n|---|\n" + f"| {'word ' * 2_500} |\n",
        "> | a |\n> |---|\n" + f"> | {'word ' * 2_500} |\n",
        "|" + " a |" * 21 + "\n|" + "-|" * 21 + "\n|" + " b |" * 21,
        "| a |\n|---|\n| b |\n\n" * 14,
        f"| {'a' * 1_001} |\n|---|\n| b |\n",
        "|" + " a |" * 40 + "\n|" + "-|" * 40 + "\n" + ("|" + " b |" * 40 + "\n") * 30,
    ],
)
def test_every_part_keeps_every_limit_in_every_form(content: str) -> None:
    """Characters, the blocks that Slack makes of it, cells, rows, columns and tables of one post."""
    counts = set()
    for form in FORMS:
        posts = on_slack(message(content), form=form)
        counts.add(len(posts))
        for post in posts:
            assert 0 < post.size <= post.limit
            if not form.plain and not form.rich_text:
                assert_within_limits(markdown_of(post))
    assert len(counts) == 1


def assert_within_limits(markdown: str) -> None:
    """Count in the text itself."""
    assert units(markdown) <= 11_500
    assert items(markdown) <= 45
    lines = markdown.split("\n")
    rows = [line for line in lines if line.lstrip("> -").startswith("| ")]
    assert sum("| ---" in row for row in rows) <= 1
    assert len(rows) <= 101
    assert sum(map(len, rows)) <= 9_000 + 10 * 101
    assert all(row.count(" | ") < 20 for row in rows)


def test_a_table_with_too_many_columns_becomes_a_list() -> None:
    """With the name of the column in front of each value."""
    (post,) = on_slack(message("|" + "a|" * 21 + "\n|" + "-|" * 21 + "\n|" + "b|" * 21))
    assert markdown_of(post).startswith("- **a:** b\n  - **a:** b\n  - **a:** b")


@settings(max_examples=100, deadline=None)
@given(SOUP | DOCUMENT)
def test_rich_text_takes_no_more_room_than_was_kept_for_it(source: str) -> None:
    """Its size is told without writing it."""
    blocks = markdown.parse(source)
    if blocks:
        kept = fill(0)(blocks) * MAX_RICH_TEXT_UNITS
        assert rich_text_units(rich_text(blocks)) <= kept


@pytest.mark.parametrize(
    "content",
    [
        "[*a* b **c** `d`](https://x.example/one) " * 200,
        "![p](https://x.example/picture) <https://y.example/a_b> <mailto:a@x.example> " * 100,
        "".join(f"{'>' * 6} quoted\n" for _ in range(900)),
        "- [ ] a\n" * 900,
        "0. a\n\n   b\n" * 300,
        "text  \n" * 1_500,
        "# h\n- a\n\n> # h\n" * 60,
        "- # h\n\n  text\n\n  ---\n" * 40,
    ],
)
def test_the_parts_of_rich_text_fit(content: str) -> None:
    """Also where it takes more room than Markdown."""
    posts = on_slack(message(content), form=Form(rich_text=True))
    assert len(posts) == len(on_slack(message(content)))
    assert all(post.size <= post.limit for post in posts)


def test_units_are_the_larger_of_what_slack_may_count() -> None:
    """An emoji is two UTF-16 units."""
    assert units("aé👍") == 4
