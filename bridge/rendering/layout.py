"""Which parts a message has: those of its text, or the first and a file with all of it; then its uploads. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from bridge.deliveries import Form
from bridge.destinations import Destination
from bridge.events import File
from bridge.rendering.files import FilePost, is_one_file
from bridge.rendering.tree import Block

Post_co = TypeVar("Post_co", covariant=True)


class PartWriter(Protocol[Post_co]):
    """Writes the parts of one message for a platform. Parts are counted from 1."""

    def text(self, blocks: Sequence[Block], part: int, *, is_last: bool) -> Post_co:
        """Return a part of the text."""
        ...

    def whole(self, part: int) -> FilePost:
        """Return the file with the whole message."""
        ...

    def upload(self, file: File, part: int) -> Post_co | FilePost:
        """Return a file of the message, or what stands in its place."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The parts of a message, in order."""

    #: the blocks of each part of the text that is shown
    texts: tuple[tuple[Block, ...], ...]
    #: the rest of the text is in a file
    has_file: bool
    #: the files of the message, a part each
    files: tuple[File, ...]

    @classmethod
    def of(
        cls,
        texts: tuple[tuple[Block, ...], ...],
        files: tuple[File, ...],
        destination: Destination,
        form: Form,
    ) -> Self:
        """Lay out a text that was split, and the files that are uploaded."""
        has_file = is_one_file(len(texts), destination, form)
        return cls(texts=texts[:1] if has_file else texts, has_file=has_file, files=files)

    @property
    def labels(self) -> int:
        """How many parts share the text of the message."""
        return len(self.texts) + self.has_file

    @property
    def parts(self) -> int:
        """How many there are."""
        return self.labels + len(self.files)

    def posts(self, writer: PartWriter[Post_co]) -> tuple[Post_co | FilePost, ...]:
        """Return all parts as the platform's writer writes them."""
        last = len(self.texts)
        return (
            *(
                writer.text(blocks, part, is_last=part == last)
                for part, blocks in enumerate(self.texts, start=1)
            ),
            *([writer.whole(self.labels)] if self.has_file else []),
            *(writer.upload(file, part) for part, file in enumerate(self.files, self.labels + 1)),
        )
