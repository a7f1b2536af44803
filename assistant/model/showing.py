"""What users read of a model's words while it still writes: sentences that passed the gate, in order, for good."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.draft import Draft
from assistant.model.material import Material
from assistant.model.spoken import spoken
from assistant.model.statements import Paragraph, read_settled
from assistant.verify.proof import Fault
from assistant.worded import Show
from corpus.errors import ModelFault

__all__ = ["Showing"]

Judge = Callable[[Sequence[Paragraph]], list[Fault]]


class Showing:
    """Shows a text as it grows.

    Nothing is shown of a text whose first sentences failed: it may still be mended. Once a sentence is shown it
    stays, because it passed; what fails after it ends the model's turn, and the offline answer goes on from there.
    """

    def __init__(self, material: Material, judge: Judge, show: Show) -> None:
        self._material = material
        self._judge = judge
        self._show = show
        self._failed = ""
        self._lines: list[str] = []
        self.faults: list[Fault] = []
        self.lead = False
        self.shown: tuple[Paragraph, ...] = ()
        if material.draft.judged:
            # The system's own judgement opens the answer whatever the model comes to.
            show(material.draft)

    @property
    def sentences(self) -> int:
        """How many sentences of the model are shown."""
        return sum(len(paragraph.statements) for paragraph in self.shown)

    def hear(self, text: str) -> None:
        """Show what more of `text` has passed; raises ModelFault where it goes on with what may not be shown."""
        settled = read_settled(text)
        count = sum(len(paragraph.statements) for paragraph in settled)
        # Fewer than are shown: another message has begun, as after a call of a tool.
        if count == self.sentences:
            return
        if not self.shown and text.startswith(self._failed or "\0"):
            return
        faults = self._judge(settled)
        if not faults and self._goes_on(settled):
            self._take(settled)
        elif self.shown:
            self.faults = faults
            raise ModelFault("gate", "大模型后来的话没有通过核对")
        else:
            self._failed = text

    def stands_in(self, paragraphs: Sequence[Paragraph]) -> bool:
        """Whether a finished text goes on from what is shown."""
        return not self.shown or self._goes_on(paragraphs)

    def draft(self, draft: Draft) -> Draft:
        """`draft` below what is shown: the shown words stay where they are, and its conclusion follows them."""
        paragraphs = (*self.shown[:-1], replace(self.shown[-1], whole=True))
        lines = self._spoken(paragraphs)
        if not self.lead:
            return replace(draft, told=tuple(lines))
        conclusion = [line for line in draft.conclusion.split("\n") if line]
        return replace(draft, conclusion=lines[0], told=(*lines[1:], *conclusion))

    def _goes_on(self, paragraphs: Sequence[Paragraph]) -> bool:
        """Whether lines that were shown are the beginning of these."""
        if not self._lines:
            return True
        lines = self._spoken(paragraphs) if paragraphs else []
        *before, last = self._lines
        return (
            lines[: len(before)] == before
            and len(lines) > len(before)
            and lines[len(before)].startswith(last)
        )

    def _take(self, settled: tuple[Paragraph, ...]) -> None:
        draft = self._material.draft
        if not self.shown:
            self.lead = not draft.judged and self._material.answered_by(settled[0].statements[0].text)
        self.shown, self._lines = settled, self._spoken(settled)
        if self.lead:
            draft = replace(draft, conclusion=self._lines[0], told=tuple(self._lines[1:]))
        else:
            draft = replace(draft, told=tuple(self._lines))
        self._show(draft)

    def _spoken(self, paragraphs: Sequence[Paragraph]) -> list[str]:
        material = self._material
        return spoken(paragraphs, material.proof(), material.knowledge.corpus, lead=self.lead)
