"""What Discord's headers say of its limits, and what they don't."""

from datetime import timedelta

import pytest

from bridge.deliveries import Quota
from bridge.senders.discord_answers import outcome_of, quota_of

SECOND = timedelta(seconds=1)
LEFT = {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset-After": "1.5"}


@pytest.mark.parametrize("bucket", ["", "b0a7"])
def test_headers_say_how_many_more_posts_are_taken(bucket: str) -> None:
    """And which limit it is, if it has a name."""
    headers = {**LEFT, "X-RateLimit-Bucket": bucket} if bucket else LEFT

    assert quota_of(headers) == Quota(bucket=bucket, left=3, renewed_in=1.5 * SECOND)


@pytest.mark.parametrize(
    "changed",
    [
        {"X-RateLimit-Remaining": "0"},
        {"X-RateLimit-Remaining": "-1"},
        {"X-RateLimit-Remaining": "many"},
        {"X-RateLimit-Reset-After": "soon"},
    ],
    ids=str,
)
def test_headers_that_allow_nothing_or_make_no_sense_are_no_quota(changed: dict[str, str]) -> None:
    """For none left there is the pause."""
    assert quota_of({**LEFT, **changed}) is None
    assert quota_of({}) is None


@pytest.mark.parametrize(
    ("headers", "is_hidden"),
    [
        ({"Retry-After": "43", **LEFT}, True),
        ({"Retry-After": "2", **LEFT}, False),
        ({"Retry-After": "43"}, False),
        (LEFT, False),
        ({"Retry-After": "43", **LEFT, "X-RateLimit-Scope": "global"}, False),
    ],
    ids=str,
)
def test_a_wait_longer_than_the_headers_show_is_for_a_hidden_limit(
    headers: dict[str, str], is_hidden: bool
) -> None:
    """That of the channel; a global one is known by its name."""
    outcome = outcome_of(429, {"Via": "1.1 google", **headers}, {"global": False})

    assert getattr(outcome, "hidden_limit", None) is is_hidden


@pytest.mark.parametrize(
    ("status", "scope", "counts"),
    [
        (401, "user", True),
        (403, "user", True),
        (429, "user", True),
        (429, "shared", False),
        (404, "user", False),
        (400, "user", False),
        (500, "user", False),
    ],
)
def test_what_discord_counts_toward_a_ban_is_known(status: int, scope: str, counts: bool) -> None:
    """401, 403 and 429, but not a limit that is shared with others."""
    outcome = outcome_of(status, {"X-RateLimit-Scope": scope, "Via": "1.1 google"}, {})

    assert getattr(outcome, "toward_ban", False) is counts
