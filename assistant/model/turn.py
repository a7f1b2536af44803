"""One question put to the model: its words, what the gate says of them, and one chance to mend them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import AnyMessage
from langchain_core.tools import BaseTool
from langchain_openai import ChatOpenAI

from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.model.agent import Conversation
from assistant.model.masking import Masked, mask
from assistant.model.material import Material
from assistant.model.meter import Meter
from assistant.model.prompts import prompt
from assistant.model.rewriting import REWRITING_SHARE
from assistant.model.showing import Showing
from assistant.model.spoken import spoken
from assistant.model.statements import Paragraph, read_statements
from assistant.model.tools import build_tools
from assistant.question import Question
from assistant.settings import Settings
from assistant.verify.gate import Gate
from assistant.verify.places import units_cited
from assistant.verify.proof import Fault
from assistant.verify.whole import whole_faults
from assistant.worded import Show, Worded
from corpus.errors import ModelFault

__all__ = ["NOTE", "PART_NOTE", "Endpoint", "Turn"]

NOTE = "大模型这次没有给出可用的回答，以上由条文和计算规则直接得出。"
PART_NOTE = "大模型的话只显示到通过核对的部分，其余由条文和计算规则直接得出。"

_ATTEMPTS = 2
_MOST_FAULTS = 8


@dataclass
class Endpoint:
    """A model with what judges and completes its words; `with_tools` is False once it turned out to take none."""

    chat: ChatOpenAI
    settings: Settings
    gate: Gate
    complete: Callable[[Question, Evidence], Draft]
    with_tools: bool = True


class Turn:
    """The model's turn at one question."""

    def __init__(self, endpoint: Endpoint, material: Material, show: Show | None = None) -> None:
        """`show` hears of sentences that passed while the model writes."""
        self._endpoint = endpoint
        self._material = material
        self._meter = Meter(endpoint.settings)
        settings = endpoint.settings
        share = 1 - REWRITING_SHARE if settings.model_rewrite else 1
        self._until = time.monotonic() + settings.model_seconds * share
        self._faults: list[Fault] = []
        self._tools: list[str] = []
        self._attempts = 0
        self._masked = Masked("", {})
        self._showing = Showing(material, self._judge, show) if show else None

    def take(self) -> Worded:
        """The draft in words that passed the gate, or as it was with the reason `gate`; raises ModelFault.

        What fails is mended once, unless words of it are shown already: those stand, and the rest is the draft's.
        """
        settings = self._endpoint.settings
        if settings.model_mask:
            self._masked = mask(self._material.proof().asked)
        masked = self._masked
        words = masked.hide(self._material.text(settings.model_context_chars))
        before: Sequence[AnyMessage] = ()
        while self._attempts < _ATTEMPTS:
            text, before = self._say(words, before)
            paragraphs = read_statements(masked.restore(text))
            faults = self._judge(paragraphs)
            begun = self._showing is not None and bool(self._showing.shown)
            if not faults and (not begun or (self._showing and self._showing.stands_in(paragraphs))):
                return self.worded(self._told(paragraphs), "")
            self._faults += faults
            if begun:
                raise ModelFault("gate", "大模型后来的话没有通过核对")
            listed = "\n".join(f"- {fault.reason}" for fault in faults[:_MOST_FAULTS])
            words = masked.hide(prompt("repair").format(faults=listed))
            if self._meter.calls >= settings.model_steps:
                break
        return self.worded(self._material.draft, "gate")

    def worded(self, draft: Draft, reason: str) -> Worded:
        """What the turn came to; `reason` is "" where the model's words stand in `draft`."""
        return Worded(
            draft,
            not reason or bool(self._sentences),
            reason,
            tuple(f"{fault.kind.value}: {fault.reason}" for fault in self._faults),
            tuple(self._tools),
            self._attempts,
            self._meter.usage,
            self._sentences,
        )

    def broken_off(self, reason: str) -> Worded:
        """What a turn came to that ended with this fault: the draft, below what was shown already, and a note."""
        draft = self._material.draft
        if self._showing is None or not self._showing.shown:
            return self.worded(replace(draft, notes=(*draft.notes, NOTE)), reason)
        self._faults += self._showing.faults
        kept = self._with_citations(self._showing.draft(draft), self._showing.shown)
        return self.worded(replace(kept, notes=(*kept.notes, PART_NOTE)), reason)

    @property
    def _sentences(self) -> int:
        return self._showing.sentences if self._showing else 0

    def _say(self, words: str, before: Sequence[AnyMessage]) -> tuple[str, Sequence[AnyMessage]]:
        self._attempts += 1
        try:
            return self._ask(words, before)
        except ModelFault as fault:
            if fault.reason != "refused" or not self._endpoint.with_tools:
                raise
            # Some servers take no tools (a model without them, vLLM without its switch); asked without, they answer.
            self._endpoint.with_tools = False
            return self._ask(words, before)

    def _ask(self, words: str, before: Sequence[AnyMessage]) -> tuple[str, Sequence[AnyMessage]]:
        endpoint = self._endpoint
        tools = self._build_tools() if endpoint.with_tools else []
        talk = Conversation(
            endpoint.chat, prompt("answer"), tools, endpoint.settings.model_steps, self._meter
        )
        said = talk.say(words, before, self._until - time.monotonic(), self._hear if self._showing else None)
        fresh = said.messages[len(before) :]
        self._tools += [call["name"] for message in fresh for call in getattr(message, "tool_calls", ())]
        return said.text, said.messages

    def _hear(self, text: str) -> None:
        if self._showing:
            self._showing.hear(self._masked.restore(text))

    def _build_tools(self) -> list[BaseTool]:
        material = self._material
        rules = (
            rule for doc, label in material.units for rule in material.knowledge.rules.for_unit(doc, label)
        )
        return build_tools(material, rules)

    def _judge(self, paragraphs: Sequence[Paragraph]) -> list[Fault]:
        statements = [statement for paragraph in paragraphs for statement in paragraph.statements]
        proof = self._material.proof()
        found = [*whole_faults(statements)]
        for statement in statements:
            found += self._endpoint.gate.faults(statement, proof)
        return found

    def _told(self, paragraphs: Sequence[Paragraph]) -> Draft:
        """The draft with the model's words, in the place of its conclusion where that is no judgement.

        Words that speak less of the question than the conclusion does stand below it.
        """
        material = self._material
        draft = material.draft
        words = "".join(statement.text for paragraph in paragraphs for statement in paragraph.statements)
        lead = not draft.judged and material.answered_by(words)
        if self._showing and self._showing.shown:
            lead = self._showing.lead
        lines = spoken(paragraphs, material.proof(), material.knowledge.corpus, lead=lead)
        if lead:
            draft = replace(draft, conclusion=lines[0], told=tuple(lines[1:]))
        else:
            draft = replace(draft, told=tuple(lines))
        return self._with_citations(draft, paragraphs)

    def _with_citations(self, draft: Draft, paragraphs: Sequence[Paragraph]) -> Draft:
        material = self._material
        corpus, proof = material.knowledge.corpus, material.proof()
        statements = (statement for paragraph in paragraphs for statement in paragraph.statements)
        units = dict.fromkeys(unit for s in statements for unit in units_cited(s, proof, corpus))
        held = {(citation.doc, citation.unit) for citation in draft.citations}
        for place in [(unit.doc, unit.label) for unit in units if (unit.doc, unit.label) not in held]:
            more = self._endpoint.complete(material.question, Evidence(units=(material.ranked(place),)))
            draft = _joined(draft, more)
        return draft


def _joined(draft: Draft, more: Draft) -> Draft:
    return replace(
        draft,
        citations=tuple(dict.fromkeys((*draft.citations, *more.citations))),
        quoted=tuple(dict.fromkeys((*draft.quoted, *more.quoted))),
        warnings=tuple(dict.fromkeys((*draft.warnings, *more.warnings))),
    )
