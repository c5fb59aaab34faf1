"""Trouble that lasts in few lines: an `Outage` tells when it begins, now and then, and when it is over."""

from bridge.logs import log


class Outage:
    """Failures of something that is tried again and again.

    The first one is logged, and of those after it for the same reason the 2nd, 4th, 8th, ...: a
    night of a failure each second is 16 lines.
    """

    def __init__(self, word: str, over: str, **about: object) -> None:
        self._word = word
        self._over = over
        self._about = about
        self._reason = ""
        #: failures since it last worked, and those of them for the same reason
        self._all = 0
        self._alike = 0

    def failed(self, reason: str) -> None:
        """It failed once more."""
        self._all += 1
        self._alike = self._alike + 1 if reason == self._reason else 1
        self._reason = reason
        if self._alike.bit_count() == 1:
            log.error(self._word, **self._about, reason=reason, times=self._alike)

    def worked(self) -> None:
        """It worked; the first time after failures, this is logged."""
        if self._all:
            log.info(self._over, **self._about, times=self._all)
        self._all = self._alike = 0
