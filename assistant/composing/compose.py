"""Evidence (and a calculation, where there is one) → a draft in Chinese (step 4 of 5).

Conclusion first, then the decisive clauses word for word with their citations, then notes. Nothing is
said that the evidence does not hold.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Calculation, Citation
from assistant.composing.citing import Citer, place_name
from assistant.composing.explain import explain, trace_of
from assistant.composing.notes import text_notes, validity_warnings
from assistant.composing.passages import BUDGET, Passage, PassageChooser
from assistant.computed import Computed
from assistant.draft import Draft
from assistant.evidence import Evidence, RankedUnit, ValidityFinding
from assistant.question import OUT_OF_CORPUS, Question, Refusal
from corpus.catalog import Corpus
from corpus.entries import Evidence as Words
from corpus.folding import squeeze
from corpus.model import Clause, ClauseKind, Status
from corpus.quantities.quantity import Mention, find_quantities

__all__ = ["CANNOT_ANSWER", "Composer"]

CANNOT_ANSWER = "知识库里没有能回答这个问题的条款"
_SHORT = 240
_STATUS = {
    Status.IN_FORCE: "现行有效",
    Status.NOT_YET: "尚未施行",
    Status.EXPIRED: "已过有效期",
    Status.REPEALED: "已被废止",
    Status.DRAFT: "是征求意见稿，没有正式印发，不能作为申报依据",
}


class Composer:
    """Words drafts from evidence."""

    def __init__(self, corpus: Corpus, chooser: PassageChooser, citer: Citer) -> None:
        self._corpus = corpus
        self._chooser = chooser
        self._citer = citer

    def compose(self, question: Question, evidence: Evidence, computed: Computed | None = None) -> Draft:
        """A draft from the evidence and, where there is one, the calculation."""
        if evidence.refusal:
            return self.refuse(evidence.refusal)
        if evidence.validity:
            return self._validity(question, evidence.validity)
        if not evidence.units:
            return self.refuse(Refusal("no_evidence", CANNOT_ANSWER + "。", OUT_OF_CORPUS))
        if computed:
            evidence = _led_by(computed.units, evidence)
        draft = self._quoted(question, self.passages(question, evidence))
        return self._with_calculation(question, draft, computed) if computed else draft

    def refuse(self, refusal: Refusal) -> Draft:
        """A refusal with its reason and a way on."""
        return Draft(
            f"无法回答：{refusal.reason}",
            notes=(refusal.way_on,),
            refused=True,
            allowed=refusal.reason + refusal.way_on,
        )

    def passages(self, question: Question, evidence: Evidence) -> list[Passage]:
        """The passages to quote, of all units of the evidence."""
        budget = BUDGET if len(evidence.units) == 1 else BUDGET * 2 // 3
        if evidence.fetched:
            return [self._fetched(question, evidence, i, budget) for i in range(len(evidence.units))]
        return [p for ranked in evidence.units for p in self._chooser.choose(question, ranked, budget)]

    def _fetched(self, question: Question, evidence: Evidence, place: int, budget: int) -> Passage:
        ranked = evidence.units[place]
        clauses = evidence.references[place].clauses if place < len(evidence.references) else ()
        numbers = [int(clause) for clause in clauses if clause.isdecimal()]
        if question.nth and not numbers:
            numbers = [question.nth.number]
        clause = _descend(ranked.unit.children, numbers)
        return self._chooser.passage(ranked.unit, clause) if clause else self._chooser.whole(ranked.unit)

    def _quoted(self, question: Question, passages: Sequence[Passage]) -> Draft:
        citations = self._citer.passages(passages, question.as_of)
        quoted = tuple((p.text, self._place(p.unit.doc, p.path)) for p in passages)
        text = "\n".join(words for words, _ in quoted)
        return Draft(
            conclusion=self._conclusion(question, passages),
            quoted=quoted,
            notes=text_notes(text, about_money=question.wants_amount),
            citations=citations,
            warnings=validity_warnings(self._corpus, (p.unit.doc for p in passages), question.as_of),
            allowed="\n".join((question.text, *question.context)),
            judged=question.shows("claim") and bool(question.mentions),
        )

    def _conclusion(self, question: Question, passages: Sequence[Passage]) -> str:
        """The sentence of each unit that shares most with the question."""
        units = list(dict.fromkeys(passage.unit.label + passage.unit.doc for passage in passages))
        of_units = [[p for p in passages if p.unit.label + p.unit.doc == unit] for unit in units]
        return "\n".join(self._sentence(question, group) for group in of_units)

    def _sentence(self, question: Question, passages: Sequence[Passage]) -> str:
        found = self._chooser.best_sentence(question, passages)
        if not found:
            return f"依据{self._place(passages[0].unit.doc, passages[0].path)}："
        passage, sentence = found
        place = self._place(passage.unit.doc, passage.path)
        correction = _correction(question, sentence)
        return f"{correction}{place}规定：“{sentence.strip()}”"

    def _with_calculation(self, question: Question, draft: Draft, computed: Computed) -> Draft:
        said = explain(computed)
        rule = computed.rule
        cited = [self._citer.cite(c.doc, c.path, c.quote, question.as_of) for c in computed.citations]
        outcome = computed.outcome
        return replace(
            draft,
            conclusion=said.conclusion or draft.conclusion,
            judged=bool(said.conclusion) or draft.judged,
            derivation=said.derivation,
            questions=said.questions,
            conditions=said.conditions,
            notes=(*said.notes, *draft.notes),
            citations=_joined(cited, draft.citations),
            amount=computed.amount,
            calculation=Calculation(
                rule.id,
                dict(outcome.inputs),
                computed.steps,
                tuple(missing.label for missing in outcome.missing),
            ),
            allowed=f"{draft.allowed}\n{trace_of(computed)}",
        )

    def _validity(self, question: Question, findings: Sequence[ValidityFinding]) -> Draft:
        citations = []
        sentences = []
        for finding in findings:
            document = self._corpus.document(finding.doc)
            name = f"《{document.title}》" + (f"（{document.doc_no}）" if document.doc_no else "")
            if finding.repeal:
                repeal = finding.repeal.repeal
                held = finding.validity.effective is None or finding.as_of >= finding.validity.effective
                verb = "已被" if held else "当时还没有被"
                sentences.append(
                    f"《{repeal.title}》（{repeal.number}）{verb}{name}废止"
                    + ("，不能再作为依据。" if held else "。")
                )
            else:
                status = _STATUS[finding.validity.status]
                sentences.append(f"{name}在{finding.as_of:%Y年%-m月%-d日}{status}：{finding.validity.rule}")
                sentences += self._repealed_by(question, finding.doc)
            for words in finding.words:
                doc = words.doc or finding.doc
                path = "通知" if words.unit == "标题" else words.unit
                if path != words.unit and self._corpus.document(doc).unit(path) is None:
                    continue
                quote = self._repealing(doc, words) if finding.repeal else words.quote
                citations.append(self._citer.cite(doc, path, quote, finding.as_of))
        quoted = tuple((c.quote, self._place(c.doc, c.path)) for c in citations)
        return Draft(
            conclusion="\n".join(sentences),
            quoted=quoted,
            citations=tuple(dict.fromkeys(citations)),
            allowed=question.text + "".join(sentences),
            judged=True,
        )

    def _repealing(self, doc: str, words: Words) -> str:
        """The sentence that repeals, which may name several documents, and what follows it if that is short."""
        text = self._corpus.unit(doc, words.unit).text
        at = text.find(words.quote)
        if at < 0:
            return words.quote
        start, end = text.rfind("。", 0, at) + 1, text.find("。", at + len(words.quote)) + 1
        rest = text[start:]
        return rest if len(rest) <= _SHORT or not end else text[start:end]

    def _repealed_by(self, question: Question, doc: str) -> list[str]:
        """What the document repealed, where the question asks for it."""
        if not question.shows("repeal"):
            return []
        repeals = self._corpus.entries[doc].repeals
        return (
            ["它废止了" + "、".join(f"《{repeal.title}》（{repeal.number}）" for repeal in repeals) + "。"]
            if repeals
            else []
        )

    def _place(self, doc: str, path: str) -> str:
        return place_name(self._corpus.document(doc), path)


def _led_by(units: Sequence[RankedUnit], evidence: Evidence) -> Evidence:
    """The evidence with the units of the calculation first; a best unit that they outvoted gives way."""
    computed = {ranked.unit for ranked in units}
    found = {ranked.unit for ranked in evidence.units}
    rest = evidence.units if computed & found else evidence.units[1:]
    return replace(evidence, units=(*units, *(ranked for ranked in rest if ranked.unit not in computed)))


def _joined(rule: Sequence[Citation], passages: Sequence[Citation]) -> tuple[Citation, ...]:
    """Passages, and before them those words of the rule that no passage holds; the rule's unit comes first."""
    held = [(c.doc, c.unit, squeeze(c.quote)) for c in passages]
    alone = [
        c
        for c in rule
        if not any((c.doc, c.unit) == place[:2] and squeeze(c.quote) in place[2] for place in held)
    ]
    units = list(dict.fromkeys((c.doc, c.unit) for c in rule))
    rank = {place: number for number, place in enumerate(units)}
    ordered = sorted((*alone, *passages), key=lambda c: rank.get((c.doc, c.unit), len(units)))
    return tuple(dict.fromkeys(ordered))


def _descend(children: Sequence[Clause], numbers: Sequence[int]) -> Clause | None:
    """The clause that item numbers lead to (`第五条第三项` → the third item); None where they lead nowhere."""
    found: Clause | None = None
    for number in numbers:
        items = [child for child in children if child.kind is ClauseKind.ITEM]
        if not 0 < number <= len(items):
            break
        found = items[number - 1]
        children = found.children
    return found


def _correction(question: Question, sentence: str) -> str:
    """`与您说的…不一致` where the question states a figure of the same measure that the text does not have."""
    if not question.shows("claim") or not question.mentions:
        return ""
    stated: list[Mention] = [m for m in question.mentions if m.upper is None]
    there = {m.quantity for m in find_quantities(sentence)} | {
        m.upper for m in find_quantities(sentence) if m.upper is not None
    }
    measures = {quantity.measure for quantity in there}
    wrong = [m for m in stated if m.quantity.measure in measures and m.quantity not in there]
    if wrong:
        return f"原文没有“{wrong[0].text}”的说法，应以原文为准。"
    return "与原文一致。" if any(m.quantity in there for m in stated) else ""
