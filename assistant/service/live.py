"""An answer as it comes about, for the ways of asking that stream: steps and proved text, then the whole."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.service.answering import Answering, Asked
from assistant.service.texts import pieces

__all__ = ["Live", "Step", "Text"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step has ended."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the answer's text."""

    text: str


class Live:
    """An answer that was begun; made by `begin`."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[Step | Text | None] = asyncio.Queue()
        self._shown = ""
        self._finishing: asyncio.Task[Answer]

    @classmethod
    async def begin(cls, answering: Answering, asked: Asked) -> "Live":
        """Begin, before the first byte is sent: raises what `Answering.begin` raises."""
        live, loop = cls(), asyncio.get_running_loop()

        def tell(event: Step | Text) -> None:
            loop.call_soon_threadsafe(live._told.put_nowait, event)

        begun = await answering.begin(asked, lambda step: tell(Step(step)), lambda text: tell(Text(text)))
        live._finishing = asyncio.create_task(answering.finish(begun))
        live._finishing.add_done_callback(live._finished)
        return live

    async def events(self) -> AsyncIterator[Step | Text]:
        """Steps, and text that is proved while a model still writes, until the answer is there."""
        while (event := await self._told.get()) is not None:
            if isinstance(event, Text):
                self._shown += event.text
            yield event

    async def texts(self) -> AsyncIterator[str]:
        """The whole text as it comes about; it breaks off where there is no answer."""
        async for event in self.events():
            if isinstance(event, Text):
                yield event.text
        outcome = await self.outcome()
        if isinstance(outcome, Answer):
            for text in self.rest(outcome):
                yield text

    async def answer(self) -> Answer:
        """The answer; raises what `Answering.finish` raises."""
        return await self._finishing

    async def outcome(self) -> Answer | BaseException:
        """The answer, or what `answer` would raise: for streams, which must end by themselves."""
        (outcome,) = await asyncio.gather(self._finishing, return_exceptions=True)
        return outcome

    def rest(self, answer: Answer) -> Iterator[str]:
        """The text of `answer` after what `events` gave, in sentences and lines."""
        return pieces(answer.answer.removeprefix(self._shown))

    def _finished(self, finishing: asyncio.Task[Answer]) -> None:
        # Looked at, so that nobody complains where the one who asked has gone.
        _ = finishing.cancelled() or finishing.exception()
        self._told.put_nowait(None)
