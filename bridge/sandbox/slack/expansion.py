"""What Slack makes of a `markdown` block: it stores the blocks that the text expands to. No I/O.

https://docs.slack.dev/reference/block-kit/blocks/markdown-block
"""

from itertools import pairwise

from markdown_it import MarkdownIt

# Blocks are all that counts here, and what stands in them costs most of the time to read.
_markdown = MarkdownIt("commonmark").enable("table").disable("inline")


def items(text: str) -> int:
    """Return how many blocks *text* expands to, since they are what counts.

    Headings, rules and tables become blocks of their own, and so does each run between two of them.
    """
    count, running = 0, False
    for token in _markdown.parse(text):
        if token.level == 0 and token.nesting >= 0:
            own = token.type in ("heading_open", "hr", "table_open")
            count += own or not running
            running = not own
    return max(count, 1)


def tables(text: str) -> list[list[list[int]]]:
    """Return the tables in *text*: for each its rows, for each row the length of its cells."""
    found: list[list[list[int]]] = []
    tokens = _markdown.parse(text)
    for token, after in pairwise(tokens):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open"):
            found[-1][-1].append(len(after.content))
    return found
