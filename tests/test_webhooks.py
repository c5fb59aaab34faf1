"""Only NexusGPT is let in."""

import pytest

from bridge.errors import BadSecret
from bridge.webhooks import Verification, verify

VERIFICATION = Verification(header=b"nexus-signature", secrets=(b"new-secret", b"old-secret"))


@pytest.mark.parametrize(
    "headers",
    [
        [(b"nexus-signature", b"new-secret")],
        [(b"nexus-signature", b"old-secret")],
        [(b"Nexus-Signature", b"new-secret")],
        [(b"NEXUS-SIGNATURE", b"old-secret")],
        [(b"host", b"example.com"), (b"nexus-signature", b"new-secret"), (b"accept", b"*/*")],
    ],
)
def test_a_header_with_any_of_the_secrets_is_let_in(headers: list[tuple[bytes, bytes]]) -> None:
    """Each secret is accepted while rotating, and the case of the header's name does not count."""
    assert verify(headers, VERIFICATION) in (1, 2)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"x-nexus-signature", b"new-secret")],
        [(b"nexus-signature", b"")],
        [(b"nexus-signature", b"wrong")],
        [(b"nexus-signature", b"new-secre")],
        [(b"nexus-signature", b"New-Secret")],
        [(b"nexus-signature", b"new-secret, old-secret")],
        [(b"nexus-signature", "näw-secret".encode())],
        [(b"nexus-signature", b"\xff\xfe\x00")],
        [(b"nexus-signature", b"new-secret"), (b"Nexus-Signature", b"old-secret")],
        [(b"nexus-signature", b"new-secret"), (b"nexus-signature", b"new-secret")],
        [(b"nexus-signature", b"wrong"), (b"nexus-signature", b"new-secret")],
    ],
    ids=str,
)
def test_a_missing_wrong_or_repeated_header_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    """One answer for all of them, which does not tell what was wrong; two right headers are wrong too."""
    with pytest.raises(
        BadSecret, match=r"^the verification header is missing or wrong$"
    ) as refusal:
        verify(headers, VERIFICATION)

    assert refusal.value.status == 401


@pytest.mark.parametrize(
    ("secret", "place"), [(b"new-secret", 1), (b"old-secret", 2), (b"\xf6ld-secret", 2)]
)
def test_the_place_of_the_secret_is_told(secret: bytes, place: int) -> None:
    """So that one can see when nobody brings an old one any more; its spellings share a place."""
    spelled = (*VERIFICATION.secrets, b"\xf6ld-secret")
    verification = Verification(header=b"h", secrets=spelled, places=(1, 2, 2))

    assert verify([(b"h", secret)], verification) == place
    assert (verification.count, VERIFICATION.count) == (2, 2)


@pytest.mark.parametrize(
    ("values", "header"),
    [([], "missing"), ([b"wrong"], "wrong"), ([b"new-secret", b"new-secret"], "repeated")],
)
def test_what_was_wrong_is_for_the_operator(values: list[bytes], header: str) -> None:
    """The refusal knows it, and its text does not say it."""
    with pytest.raises(BadSecret) as refusal:
        verify([(b"nexus-signature", value) for value in values], VERIFICATION)

    assert refusal.value.header == header
    assert str(refusal.value) == "the verification header is missing or wrong"


def test_a_secret_need_not_be_text() -> None:
    """Bytes are compared, so that a secret in Latin-1 or in no encoding at all works."""
    verification = Verification(header=b"h", secrets=(b"caf\xe9\xff",))

    verify([(b"h", b"caf\xe9\xff")], verification)


def test_without_secrets_nobody_is_let_in() -> None:
    """A header without secrets refuses everyone, also those who send nothing."""
    with pytest.raises(BadSecret):
        verify([(b"h", b"")], Verification(header=b"h"))


@pytest.mark.parametrize("headers", [[], [(b"nexus-signature", b"wrong")]], ids=str)
def test_without_a_header_anyone_is_let_in(headers: list[tuple[bytes, bytes]]) -> None:
    """When nothing is to be verified, nothing is refused, and no secret was brought."""
    assert verify(headers, Verification(header=None)) == 0


def test_secrets_are_not_shown() -> None:
    """The repr of a verification names the header, but no secret."""
    assert repr(VERIFICATION) == "Verification(header=b'nexus-signature')"
