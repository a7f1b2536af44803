"""The one use case of the channels: take a message in once, reply in time or later, and lose nothing."""

import asyncio
import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from assistant.service.answering import Answering, Asked
from assistant.service.channels.incoming import Channel, Incoming, Kind
from assistant.service.channels.settings import ChannelSettings
from assistant.service.channels.wording import (
    LATE,
    LATE_WITH_PAGE,
    LINK,
    SORRY,
    THINKING,
    UNSUPPORTED,
    cut,
    plain,
)
from assistant.service.problems import Problem, problem_of
from assistant.service.store.mailbox import Mailbox, Replied
from assistant.service.store.tables import DeliveryRow
from corpus.errors import ZhengceError

__all__ = ["Desk", "Reply"]

_MOST_BYTES = {Channel.MP: 2048, Channel.WORK: 2048, Channel.BOT: 20_480}
_AGAIN_SECONDS = 3
_SPARE_SECONDS = 5
_GIVE_UP = timedelta(minutes=10)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What to reply now, nothing where `text` is empty; `is_whole` says that no more will come.

    `stream` is the name under which 智能机器人 asks for the rest.
    """

    text: str
    stream: str = ""
    is_whole: bool = True


class Desk:
    """Takes messages in; `pushing` are the channels that can send a message later."""

    def __init__(
        self,
        answering: Answering,
        mailbox: Mailbox,
        settings: ChannelSettings,
        pushing: Collection[Channel],
        answer_seconds: float,
    ) -> None:
        self._answering = answering
        self._mailbox = mailbox
        self._settings = settings
        self._pushing = frozenset(pushing)
        self._lease = timedelta(seconds=answer_seconds + _SPARE_SECONDS)
        self._late: set[asyncio.Task[None]] = set()
        self.written = asyncio.Event()

    async def take(self, incoming: Incoming, stamp: str) -> Reply:
        """The reply to one delivery of a message, within the time that the platform waits.

        `stamp` is what makes the request unique; raises Problem 403 where it was used for another message, and
        SQLAlchemyError where the message cannot be kept: then the platform delivers it again.
        """
        started = asyncio.get_running_loop().time()
        if incoming.kind is Kind.REFRESHED:
            return await self._refreshed(incoming)
        claim = await asyncio.to_thread(
            self._mailbox.claim, self._row(incoming), stamp, self._page_until(incoming)
        )
        if claim is None:
            raise Problem(403, "这个请求的时间戳和随机数已经用过。", "replayed")
        row = claim.delivery
        if incoming.kind is Kind.LEFT:
            await asyncio.to_thread(self._mailbox.forget, incoming.channel, incoming.user)
            return Reply("")
        if not claim.is_first or incoming.kind is not Kind.ASKED:
            return self._shown(row)
        return await self._in_time(row, started + self._settings.reply_seconds)

    async def recover(self, channel: Channel) -> None:
        """Answer what was taken in by processes that are gone, or could not be answered at once."""
        until = datetime.now(UTC) + self._lease
        rows = await asyncio.to_thread(self._mailbox.take_stale, channel, until)
        await asyncio.gather(*(self._finish(row, asyncio.create_task(self._composed(row))) for row in rows))

    async def close(self) -> None:
        """Wait for the answers that are still being computed."""
        await asyncio.gather(*self._late)

    async def _in_time(self, row: DeliveryRow, deadline: float) -> Reply:
        task = asyncio.create_task(self._composed(row))
        left = deadline - asyncio.get_running_loop().time()
        await asyncio.wait({task}, timeout=max(left, 0))
        if task.done() and task.exception() is None:
            replied = task.result()
            kept = await asyncio.to_thread(self._mailbox.reply, row.key, replied)
            return Reply(replied.text, row.key) if kept else self._later(row)
        await asyncio.to_thread(self._mailbox.postpone, row.key, datetime.now(UTC) + self._lease)
        late = asyncio.create_task(self._finish(row, task))
        self._late.add(late)
        late.add_done_callback(self._late.discard)
        return self._later(row)

    async def _finish(self, row: DeliveryRow, task: asyncio.Task[Replied]) -> None:
        """Settle a late delivery when its answer is there; what fails is left to `recover`."""
        await asyncio.wait({task})
        fault = task.exception()
        replied = task.result() if fault is None else None
        if fault is not None:
            _log.warning("a message on %s waits: %s", row.channel, fault)
            if datetime.now(UTC) - row.created_at > _GIVE_UP:
                replied = Replied(SORRY.format(question=row.question[:100]))
        try:
            if replied is not None:
                push = Channel(row.channel) in self._pushing
                await asyncio.to_thread(self._mailbox.finish, row.key, replied, push)
                self.written.set()
            else:
                again = datetime.now(UTC) + timedelta(seconds=_AGAIN_SECONDS)
                await asyncio.to_thread(self._mailbox.postpone, row.key, again)
        except SQLAlchemyError as error:
            _log.error("a message on %s stays until its lease ends: %s", row.channel, error)

    async def _composed(self, row: DeliveryRow) -> Replied:
        channel = Channel(row.channel)
        since = datetime.now(UTC) - timedelta(minutes=self._settings.pause_minutes)
        conversation = await asyncio.to_thread(self._mailbox.conversation_of, channel, row.user, since)
        asked = Asked(
            owner=channel,
            channel=channel,
            question=row.question,
            conversation_id=conversation or uuid.uuid4().hex,
            user=row.user,
            begins=conversation is None,
        )
        try:
            answer = await self._answering.answer(asked)
        except (Problem, ZhengceError) as error:
            problem = problem_of(error)
            if problem.status_code >= 500 or problem.code == "unknown_conversation":
                raise
            return Replied(problem.detail)
        text = answer.answer if channel is Channel.BOT else plain(answer.answer)
        link = "" if row.page_id is None or answer.refused else LINK.format(link=self._link(row.page_id))
        return Replied(cut(text, _MOST_BYTES[channel], link), answer.id)

    async def _refreshed(self, incoming: Incoming) -> Reply:
        row = await asyncio.to_thread(self._mailbox.delivery, incoming.text[:64])
        if row is None or (row.channel, row.user) != (incoming.channel, incoming.user):
            return Reply("")
        return self._shown(row)

    def _shown(self, row: DeliveryRow) -> Reply:
        """What a delivery that is known already gets: never what is pushed as well."""
        if row.state == "pushed":
            return Reply("")
        return self._later(row) if row.reply is None else Reply(row.reply, row.key)

    def _later(self, row: DeliveryRow) -> Reply:
        channel = Channel(row.channel)
        if channel is Channel.BOT:
            return Reply(THINKING, row.key, is_whole=False)
        if channel in self._pushing:
            return Reply("", is_whole=False)
        if row.page_id is None:
            return Reply(LATE, is_whole=False)
        return Reply(LATE_WITH_PAGE.format(link=self._link(row.page_id)), is_whole=False)

    def _row(self, incoming: Incoming) -> DeliveryRow:
        now = datetime.now(UTC)
        fixed = {Kind.WELCOMED: self._settings.welcome, Kind.UNSUPPORTED: UNSUPPORTED}
        is_open = incoming.kind is Kind.ASKED
        return DeliveryRow(
            key=incoming.key,
            channel=incoming.channel,
            user=incoming.user,
            question=incoming.text,
            state="waiting" if is_open else "done",
            lease_until=now + self._lease,
            reply=None if is_open else fixed.get(incoming.kind, ""),
            created_at=now,
        )

    def _page_until(self, incoming: Incoming) -> datetime | None:
        if incoming.kind is not Kind.ASKED or not self._settings.public_url:
            return None
        return datetime.now(UTC) + timedelta(days=self._settings.page_days)

    def _link(self, page: str) -> str:
        return f"{self._settings.public_url}/a/{page}"
