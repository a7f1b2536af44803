"""Pushes what the outbox holds, and sees to messages whose process is gone."""

import asyncio
import logging
import uuid
from datetime import UTC, datetime, timedelta

from assistant.service.channels.desk import Desk
from assistant.service.channels.incoming import Channel
from assistant.service.channels.platform import Platform, Verdict
from assistant.service.metrics import Metrics
from assistant.service.store.mailbox import Mailbox
from assistant.service.store.tables import LetterRow

__all__ = ["Postman"]

_LOOK_SECONDS = 1.0
# Longer than one push takes at most: twice a token and a message.
_LEASE_SECONDS = 20.0
_LETTERS_AT_ONCE = 20
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 300.0
_GIVE_UP = timedelta(hours=48)
_PURGE_SECONDS = 3600.0

_log = logging.getLogger(__name__)


class Postman:
    """Works for one channel; of several processes one at a time, so that none pushes what another does.

    A letter may arrive twice where the platform took it and its reply was lost; it is never dropped unsent,
    unless the platform says that there is no such user, or refuses it for 48 hours.
    """

    def __init__(
        self, channel: Channel, desk: Desk, mailbox: Mailbox, platform: Platform | None, metrics: Metrics
    ) -> None:
        self._channel = channel
        self._desk = desk
        self._mailbox = mailbox
        self._platform = platform
        self._metrics = metrics
        self._holder = uuid.uuid4().hex
        self._purge_at = 0.0
        self._is_stopping = False

    async def run(self) -> None:
        """Work until stopped; whatever fails in a round is logged, and the next round tries again."""
        while not self._is_stopping:
            (fault,) = await asyncio.gather(self._round(), return_exceptions=True)
            if fault is not None:
                _log.error("the outbox of %s could not be worked on", self._channel, exc_info=fault)
            try:
                await asyncio.wait_for(self._desk.written.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue
            self._desk.written.clear()

    def stop(self) -> None:
        """Let `run` end after the letter that is being pushed."""
        self._is_stopping = True
        self._desk.written.set()

    async def close(self) -> None:
        """Leave the work to another process."""
        await asyncio.to_thread(self._mailbox.resign, self._channel, self._holder)
        if self._platform is not None:
            await self._platform.close()

    async def _round(self) -> None:
        if not await self._leads():
            return
        await self._desk.recover(self._channel)
        if self._platform is not None:
            for letter in await asyncio.to_thread(self._mailbox.due, self._channel, _LETTERS_AT_ONCE):
                if self._is_stopping or not await self._leads():
                    break
                if not await self._push(letter, self._platform):
                    break
        now = asyncio.get_running_loop().time()
        if now >= self._purge_at:
            self._purge_at = now + _PURGE_SECONDS
            await asyncio.to_thread(self._mailbox.purge)

    async def _leads(self) -> bool:
        return await asyncio.to_thread(self._mailbox.lead, self._channel, self._holder, _LEASE_SECONDS)

    async def _push(self, letter: LetterRow, platform: Platform) -> bool:
        """Push one letter; False where the platform cannot be reached, so that others need not be tried."""
        pushed = await platform.push(letter.user, letter.text)
        self._metrics.pushes.labels(self._channel, pushed.verdict).inc()
        now = datetime.now(UTC)
        if pushed.verdict is Verdict.SENT:
            await asyncio.to_thread(self._mailbox.sent, letter.number)
            return True
        _log.warning("push %s on %s: %s %s", letter.number, self._channel, pushed.verdict, pushed.reason)
        seconds = min(_FIRST_WAIT_SECONDS * 2 ** min(letter.attempts, 20), _LONGEST_WAIT_SECONDS)
        state = "parked" if pushed.verdict is Verdict.PARKED else "due"
        if pushed.verdict is Verdict.REFUSED or now - letter.created_at > _GIVE_UP:
            state = "failed"
        await asyncio.to_thread(
            self._mailbox.keep_letter, letter.number, state, now + timedelta(seconds=seconds), pushed.reason
        )
        return pushed.verdict is not Verdict.UNREACHABLE
