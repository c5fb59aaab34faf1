"""Small print: how a short and simple notification looks on Discord. No I/O."""

from collections.abc import Sequence

from bridge.rendering.tree import Block, Code, Inline, Paragraph, Text, visible

MAX_CHARS = 500  # ours: longer small print is hard to read
MAX_LINES = 10  # ours: likewise


def small_print(blocks: Sequence[Block], words: str) -> str:
    """Return the words of the blocks in small print if they are a few simple lines, else as they are.

    Small print ends with its line, so no style may go over a line's end:
    https://support.discord.com/hc/en-us/articles/210298617
    """
    lines = words.split("\n")
    is_short = len(words) <= MAX_CHARS and len(lines) <= MAX_LINES
    if not is_short or not all(map(_is_simple, blocks)):
        return words
    return "\n".join(f"-# {line}" if line else "" for line in lines)


def _is_simple(block: Block) -> bool:
    return isinstance(block, Paragraph) and all(map(_is_in_a_line, block.inlines))


def _is_in_a_line(inline: Inline) -> bool:
    match inline:
        case Text() | Code():
            return True
        case _:
            return visible((inline,)) == "\n" or "\n" not in visible((inline,))
