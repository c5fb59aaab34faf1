"""Slack's traps with Markdown that reads well elsewhere: what its block would take wrongly is written another way."""

import pytest

from tests.rendering.samples import markdown_of, message, on_slack


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("see https://x.example/a, https://x.example/b", None),
        ("(https://x.example/a)", None),
        ("https://x.example/a\nnext", None),
        (
            "<https://x.example/a>を参照",
            "[https://x.example/a\u200b](https://x.example/a)を参照",
        ),
        (
            "https://x.example/a**b**",
            "[https://x.example/a\u200b](https://x.example/a)**b**",
        ),
        (
            "**<https://x.example/a_b>**`c`",
            "**https://x.example/a_b**`c`",
        ),
    ],
)
def test_an_address_ends_where_it_does(content: str, written: str | None) -> None:
    """Slack takes all that touches it for a part of it, letters of any script and marks."""
    (post,) = on_slack(message(content))
    assert markdown_of(post) == (content if written is None else written)
