"""Files on their way into Slack, from the ticket to the message: `Uploads`. No I/O.

https://docs.slack.dev/messaging/working-with-files/#upload
"""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Upload:
    """One file that was announced."""

    #: the file's id
    id: str
    name: str
    #: the bytes that were announced
    length: int
    #: what has come; None: nothing yet
    content: bytes | None = None


class Uploads:
    """What was announced and has not been completed. A ticket is used up by its completion."""

    def __init__(self) -> None:
        self._open: dict[str, Upload] = {}
        self._count = 0

    def announce(self, name: str, length: int) -> Upload:
        """Open a ticket for a file of this name and length."""
        self._count += 1
        upload = Upload(id=f"F0SANDBOX{self._count}", name=name, length=length)
        self._open[upload.id] = upload
        return upload

    def find(self, file: object) -> Upload | None:
        """Return the open ticket of this file id."""
        return self._open.get(file) if isinstance(file, str) else None

    def has_come(self, file: object) -> bool:
        """Tell whether there is an open ticket of this file id, and its bytes are here."""
        upload = self.find(file)
        return upload is not None and upload.content is not None

    def take(self, file: str) -> Upload:
        """Use up the ticket of this file id; a `KeyError` if there is none."""
        return self._open.pop(file)
