"""What the bridge answers over HTTP: JSON, and one sentence for whatever went wrong. No I/O."""

from datetime import timedelta
from typing import Any

import orjson
from aiohttp import web

#: aiohttp would name its version and Python's to everyone
SERVER = {"Server": "nexusgpt-bridge"}
#: when the bridge can't do something now, the caller may come again after this long
RETRY_AFTER = timedelta(seconds=10)
_HEADERS = {"Content-Type": "application/json", **SERVER}


def answer(http_status: int, **fields: Any) -> web.Response:
    """Return a JSON object as the answer."""
    return web.Response(status=http_status, body=orjson.dumps(fields), headers=_HEADERS)


def error(http_status: int, sentence: str, **headers: str) -> web.Response:
    """Return one sentence that says what was wrong."""
    response = answer(http_status, error=sentence)
    response.headers.update(headers)
    return response


def unavailable(sentence: str) -> web.Response:
    """Return that it can't be done now, and when to come again."""
    seconds = str(int(RETRY_AFTER.total_seconds()))
    return error(503, sentence, **{"Retry-After": seconds})


def health(method: str) -> web.Response:
    """Return that the process is alive: it could answer."""
    if method not in ("GET", "HEAD"):
        return error(405, "health is asked for with GET", Allow="GET, HEAD")
    return answer(200, status="ok")
