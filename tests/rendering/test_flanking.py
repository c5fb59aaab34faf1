"""Marks next to Chinese, Japanese and Korean: read as they are meant, written so that every reader sees them."""

import pytest
from markdown_it import MarkdownIt

from bridge.rendering import markdown
from bridge.rendering.slack_markdown import SlackMarkdown
from bridge.rendering.tree import Emphasis, Paragraph, Strike, Strong, Text, visible


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("**重要。**です", "重要。"),
        ("これは**「重要」**です", "「重要」"),
        ("**注意：**text", "注意："),
        ("**“重要”**です", "“重要”"),
        ("**중요!**는", "중요!"),
        ("*重要。*です", "重要。"),
        ("~~削除。~~です", "削除。"),
    ],
)
def test_a_style_may_end_between_punctuation_and_a_letter(source: str, words: str) -> None:
    """Where there are no spaces between words; every strict reader sees it in what is written."""
    (paragraph,) = markdown.parse(source)
    assert isinstance(paragraph, Paragraph)
    (style,) = [
        piece for piece in paragraph.inlines if isinstance(piece, Strong | Emphasis | Strike)
    ]
    assert visible(style.inlines) == words
    html = (
        MarkdownIt()
        .enable("strikethrough")
        .render(SlackMarkdown().blocks((paragraph,)))
        .replace("\u200b", "")
    )
    assert f">{words}</" in html


@pytest.mark.parametrize(
    "source", ['a**"b"**c', "snake__case。__です", "2 * 3 * 4", "** 重要 **です"]
)
def test_elsewhere_marks_are_read_as_specified(source: str) -> None:
    """Languages with spaces, underscores, and marks beside a space."""
    assert markdown.parse(source) == (Paragraph(inlines=(Text(text=source),)),)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("**重要。**です", "**重要。\u200b**です"),
        ("です**「重要」** です", "です**\u200b「重要」** です"),
        ("です***。a。***です", "です***\u200b。a。\u200b***です"),
        ("です**~~。a。~~**です", "です**\u200b~~\u200b。a。\u200b~~\u200b**です"),
        ("**a** 重要", "**a** 重要"),
    ],
)
def test_a_zero_width_space_stands_only_where_it_is_needed(source: str, written: str) -> None:
    """Between a mark and punctuation, when a letter is on the other side of the mark."""
    tree = markdown.parse(source)
    assert SlackMarkdown().blocks(tree) == written
    without = "".join(SlackMarkdown().blocks(tree).split("\u200b"))
    assert markdown.parse(without) == tree
