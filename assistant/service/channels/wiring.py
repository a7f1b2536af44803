"""Builds the channels that are configured, and runs their postmen."""

import asyncio

from assistant.service.answering import Answering
from assistant.service.channels.desk import Desk
from assistant.service.channels.envelope import Envelope
from assistant.service.channels.incoming import Channel
from assistant.service.channels.platform import MpPlatform, Platform, WorkPlatform
from assistant.service.channels.postman import Postman
from assistant.service.channels.settings import ChannelSettings
from assistant.service.metrics import Metrics
from assistant.service.store.mailbox import Mailbox

__all__ = ["Channels"]


class Channels:
    """The envelopes of the configured channels, their desk and their postmen."""

    def __init__(
        self,
        settings: ChannelSettings,
        answering: Answering,
        mailbox: Mailbox,
        metrics: Metrics,
        answer_seconds: float,
    ) -> None:
        self.envelopes = _envelopes(settings)
        platforms = _platforms(settings)
        self.mailbox = mailbox
        self.desk = Desk(answering, mailbox, settings, platforms, answer_seconds)
        self._postmen = [
            Postman(channel, self.desk, mailbox, platforms.get(channel), metrics)
            for channel in self.envelopes
        ]
        self._running: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to push and to recover; needs a running event loop."""
        self._running = [asyncio.create_task(postman.run()) for postman in self._postmen]

    async def close(self) -> None:
        """Finish what was begun and hand the rest over."""
        await self.desk.close()
        for postman in self._postmen:
            postman.stop()
        await asyncio.gather(*self._running)
        for postman in self._postmen:
            await postman.close()


def _envelopes(settings: ChannelSettings) -> dict[Channel, Envelope]:
    accounts = {
        Channel.MP: (settings.mp_token, settings.mp_aes_key, settings.mp_app_id),
        Channel.WORK: (settings.work_token, settings.work_aes_key, settings.work_corp_id),
        Channel.BOT: (settings.bot_token, settings.bot_aes_key, ""),
    }
    return {
        channel: Envelope(token.get_secret_value(), key.get_secret_value(), receiver, settings.fresh_seconds)
        for channel, (token, key, receiver) in accounts.items()
        if token.get_secret_value()
    }


def _platforms(settings: ChannelSettings) -> dict[Channel, Platform]:
    platforms: dict[Channel, Platform] = {}
    if secret := settings.mp_secret.get_secret_value():
        platforms[Channel.MP] = MpPlatform(settings.mp_api, settings.mp_app_id, secret)
    if secret := settings.work_secret.get_secret_value():
        platforms[Channel.WORK] = WorkPlatform(
            settings.work_api, settings.work_corp_id, settings.work_agent_id, secret
        )
    return platforms
