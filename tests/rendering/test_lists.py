"""Lists written as Markdown: tight ones have blank lines only where a block would not be seen without."""

import pytest

from bridge.rendering import markdown
from bridge.rendering.slack_markdown import SlackMarkdown


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("- a\n  > b\n- c", "- a\n  > b\n- c"),
        ("- # a\n  b\n- c", "- # a\n  b\n- c"),
        ("- a\n  ```\n  b\n  ```\n  c", "- a\n  ```\n  b\n  ```\n  c"),
        ("- a\n  - b\n  1. c", "- a\n  - b\n  \n  1. c"),
        ("- a\n\n  ```\n  b\n  ```", "- a\n  \n  ```\n  b\n  ```"),
    ],
)
def test_an_entry_is_as_tight_as_its_list(source: str, written: str) -> None:
    """Two lists in a row stay two; in a loose list every block stands apart."""
    assert SlackMarkdown().blocks(markdown.parse(source)) == written


@pytest.mark.parametrize("bullet", ["-", "*", "+"])
def test_a_rule_in_a_list_is_not_one_with_the_bullet(bullet: str) -> None:
    """`- ---` would be a rule and no list."""
    tree = markdown.parse(f"{bullet} ___\n{bullet} a")
    assert SlackMarkdown().blocks(tree) == "- ___\n- a"
    assert markdown.parse("- ___\n- a") == tree
