"""Purges what was kept for long enough: at start and once a day, by one process at a time."""

import asyncio
import uuid
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from assistant.service.settings import ServiceSettings
from assistant.service.store.mailbox import Mailbox
from assistant.service.store.retention import Retention

__all__ = ["Purging"]

_DAY_SECONDS = 86_400.0
_AGAIN_SECONDS = 600.0
_LEASE_SECONDS = 600.0
_NAME = "retention"

_log: Any = structlog.stdlib.get_logger(__name__)


class Purging:
    """The daily work of one process; one that is purging leaves the others nothing to do."""

    def __init__(self, retention: Retention, mailbox: Mailbox, settings: ServiceSettings) -> None:
        self._retention = retention
        self._mailbox = mailbox
        self._settings = settings
        self._holder = uuid.uuid4().hex
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, if there is anything to be purged; needs a running event loop."""
        if self._settings.retention_days or self._settings.audit_days:
            self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End after the purge that is going on."""
        self._stopping.set()
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        while not self._stopping.is_set():
            wait = _DAY_SECONDS
            try:
                await asyncio.to_thread(self._purge)
            except SQLAlchemyError as error:
                _log.error("purge failed: %s", error)
                wait = _AGAIN_SECONDS
            try:
                await asyncio.wait_for(self._stopping.wait(), wait)
            except TimeoutError:
                continue

    def _purge(self) -> None:
        if not self._mailbox.lead(_NAME, self._holder, _LEASE_SECONDS):
            return
        purged = self._retention.purge(self._settings.retention_days, self._settings.audit_days)
        _log.info("purge", conversations=purged.conversations, answers=purged.answers, audit=purged.audit)
        self._mailbox.resign(_NAME, self._holder)
