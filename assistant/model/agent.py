"""One bounded conversation with the model: it may call tools and ends with a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage
from langchain_core.tools import BaseTool
from langchain_openai import ChatOpenAI
from langsmith import tracing_context

from assistant.model.chat import faults_named
from assistant.model.loop import Tell, run_heard, run_within
from assistant.model.meter import Meter
from corpus.errors import ModelFault

__all__ = ["Conversation", "Said"]

_TOOLS_A_STEP = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the model, and the messages up to it."""

    text: str
    messages: tuple[AnyMessage, ...]


class Conversation:
    """Talks to the model with the same instructions and tools until its calls are used up."""

    def __init__(
        self, chat: ChatOpenAI, instructions: str, tools: Sequence[BaseTool], steps: int, meter: Meter
    ) -> None:
        self._chat = chat
        self._instructions = instructions
        self._tools = list(tools)
        self._steps = steps
        self._meter = meter

    @property
    def left(self) -> int:
        """How many more times the model may be called."""
        return self._steps - self._meter.calls

    def say(self, words: str, before: Sequence[AnyMessage], seconds: float, hear: Tell | None = None) -> Said:
        """What the model answers to `words` within `seconds`; raises ModelFault.

        With `hear` it is asked to stream, and each message is told as far as it is written: what `hear` raises
        ends the conversation.
        """
        messages = [*before, HumanMessage(words)]
        with faults_named():
            if seconds <= 0:
                raise ModelFault("timeout", "大模型没有在限定的时间里回答")
            if hear is None:
                return run_within(seconds, self._run(messages))
            return run_heard(seconds, lambda tell: self._stream(messages, tell), hear)

    async def _run(self, messages: list[AnyMessage]) -> Said:
        # What users ask goes to the endpoint that was set and nowhere else, whatever LANGSMITH_* says.
        with tracing_context(enabled=False):
            result = await self._agent().ainvoke({"messages": messages}, config={"callbacks": [self._meter]})
        said: list[AnyMessage] = result["messages"]
        return Said(_text_of(said[-1]), tuple(said))

    async def _stream(self, messages: list[AnyMessage], tell: Tell) -> Said:
        said, text = messages, ""
        writing: str | None = None
        with tracing_context(enabled=False):
            async for kind, given in self._agent().astream(
                {"messages": messages},
                config={"callbacks": [self._meter]},
                stream_mode=["messages", "values"],
            ):
                if kind == "values":
                    said = given["messages"]
                elif isinstance(given[0], AIMessageChunk) and given[0].text:
                    text = given[0].text if given[0].id != writing else text + given[0].text
                    writing = given[0].id
                    tell(text)
        if not said[-1].response_metadata.get("finish_reason"):
            raise ModelFault("truncated", "大模型的回答没有写完就断了")
        return Said(_text_of(said[-1]), tuple(said))

    def _agent(self) -> Any:
        limits: list[AgentMiddleware[Any, Any]] = [
            ModelCallLimitMiddleware(run_limit=max(1, self.left), exit_behavior="error"),
            ToolCallLimitMiddleware(run_limit=_TOOLS_A_STEP * self._steps, exit_behavior="continue"),
        ]
        return create_agent(self._chat, self._tools, system_prompt=self._instructions, middleware=limits)


def _text_of(message: AnyMessage) -> str:
    """The text of a finished message; raises ModelFault for one that is cut off, empty or no text."""
    if not isinstance(message, AIMessage):
        raise ModelFault("malformed", "大模型没有写出回答")
    if message.response_metadata.get("finish_reason") == "length":
        raise ModelFault("truncated", "大模型的回答没有写完，请调大 model_max_tokens")
    text = message.text
    if not text.strip():
        raise ModelFault("empty", "大模型的回答是空的")
    return text
