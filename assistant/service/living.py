"""The parts of a running service: built at its start, closed at its end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from assistant.service.access import Access
from assistant.service.answering import Answering
from assistant.service.channels.settings import ChannelSettings
from assistant.service.channels.wiring import Channels
from assistant.service.deps import Parts
from assistant.service.engine import Engine
from assistant.service.limits import open_limit
from assistant.service.metrics import Metrics
from assistant.service.purging import Purging
from assistant.service.settings import ServiceSettings
from assistant.service.store.database import open_database
from assistant.service.store.keyring import Keyring
from assistant.service.store.ledger import Ledger
from assistant.service.store.mailbox import Mailbox
from assistant.service.store.retention import Retention
from assistant.service.store.store import Store
from assistant.service.tracing import Tracing
from assistant.settings import Settings

__all__ = ["living"]

_LOADING_SECONDS = 120.0


def living(
    settings: Settings, service: ServiceSettings, channel: ChannelSettings, metrics: Metrics, tracing: Tracing
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The one lifespan; the index loads in the background, and the database is ready when requests come."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        database = open_database(service.database(settings.home))
        store = Store(database)
        store.prepare()
        engine = Engine(settings, service, metrics.pending.set)
        engine.refresh()
        if service.workers > 1:
            # They share one address: who found it ready must not then meet a process that is not.
            await engine.settled(_LOADING_SECONDS)
        answering = Answering(engine, store, Ledger(database), metrics, tracing, service)
        mailbox = Mailbox(database)
        connected = Channels(channel, answering, mailbox, metrics, service.timeout_seconds)
        purging = Purging(Retention(database), mailbox, service)
        rate = open_limit(service.redis_url)
        access = Access(service, Keyring(database), rate)
        app.state.parts = Parts(service, engine, store, metrics, answering, access, connected)
        connected.start()
        purging.start()
        yield
        await connected.close()
        await purging.close()
        await rate.close()
        engine.close()
        store.close()
        tracing.close()

    return life
