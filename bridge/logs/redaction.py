"""Takes known secrets, and characters that move a terminal's cursor, out of what is logged."""

import json
from collections.abc import Iterable

#: shorter texts would blacken ordinary words; no real secret is that short
MIN_SECRET_CHARS = 6
_BLACK = "[secret]"
#: `json.dumps` would make a new encoder each time
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Redactor:
    """Knows the secrets. They are looked for as they are, and as quoting writes them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.secrets = tuple(dict.fromkeys(secrets))
        spelled = {spelling for secret in self.secrets for spelling in (secret, escaped(secret))}
        # The longest first: a secret may be a part of another one.
        self._spelled = sorted(
            (each for each in spelled if len(each) >= MIN_SECRET_CHARS), key=len, reverse=True
        )

    def redacted(self, text: str) -> str:
        """Return the text without secrets, and without characters that move a terminal's cursor."""
        return printed(self.without_secrets(text))

    def without_secrets(self, text: str) -> str:
        """Return the text without secrets."""
        for secret in self._spelled:
            if secret in text:
                text = text.replace(secret, _BLACK)
        return text


def printed(text: str) -> str:
    """Return the text with a mark in the place of each character that can't be printed."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def escaped(text: str) -> str:
    """Return the text as it stands between quotes."""
    return _encode(text)[1:-1]
