"""Which rules rest on words that have changed since they were reviewed, or on documents no longer in force."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from assistant.matching.result import STATUS_WORDS
from corpus.catalog import Corpus
from corpus.errors import UserError
from corpus.folding import squeeze
from corpus.model import Status
from corpus.rulebook.files import read_rule_file
from corpus.rulebook.model import Rule
from corpus.rulebook.quotes import text_hash

__all__ = ["Quoted", "Stale", "stale_rules", "stale_text"]

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that no longer stands at its path, and the words there that come nearest to it ("" for none)."""

    path: str
    quote: str
    now: str


@dataclass(frozen=True, slots=True)
class Stale:
    """A rule to be looked at again: `reason` is `changed`, `unit_gone` or the status of its document.

    `review` is what `reviewed` must say once its unit was read anew; `successors` are documents that repeal its own.
    """

    rule: str
    doc: str
    unit: str
    place: str
    reason: str
    gone: tuple[Quoted, ...] = ()
    review: str = ""
    successors: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rule": self.rule,
            "doc": self.doc,
            "unit": self.unit,
            "place": self.place,
            "reason": self.reason,
            "gone": [{"path": part.path, "quote": part.quote, "now": part.now} for part in self.gone],
            "review": self.review,
            "successors": list(self.successors),
        }


def stale_rules(folder: Path, corpus: Corpus, as_of: date) -> list[Stale]:
    """Every such rule of the files in `folder`, in their order; files that cannot be read are left to `rules check`."""
    return [stale for path in sorted(folder.glob("*.yaml")) for stale in _of_file(path, corpus, as_of)]


def _of_file(path: Path, corpus: Corpus, as_of: date) -> Iterator[Stale]:
    source, content, _ = read_rule_file(path, corpus)
    for index, rule in enumerate(content.rules if content else ()):
        problem = source.problem(("rules", index), "")
        place = f"{path.name}:{problem.line}"
        changed = _changed(rule, place, corpus)
        if changed is not None:
            yield changed
        yield from _out_of_force(rule, place, corpus, as_of)


def _changed(rule: Rule, place: str, corpus: Corpus) -> Stale | None:
    """The rule, where its unit is gone, has other words than when it was reviewed, or lacks one of its quotes."""
    try:
        unit = corpus.unit(rule.doc, rule.unit)
    except UserError:
        return Stale(rule.id, rule.doc, rule.unit, place, "unit_gone")
    gone = tuple(dict.fromkeys(_gone(rule, corpus)))
    if rule.reviewed == text_hash(unit) and not gone:
        return None
    return Stale(rule.id, rule.doc, rule.unit, place, "changed", gone, text_hash(unit))


def _gone(rule: Rule, corpus: Corpus) -> Iterator[Quoted]:
    for path, quote in rule.quoted():
        try:
            text = corpus.clause(rule.doc, path).text
        except UserError:
            text = corpus.unit(rule.doc, rule.unit).text
        if squeeze(quote) not in squeeze(text):
            yield Quoted(path, quote, _nearest(quote, text))


def _nearest(quote: str, text: str) -> str:
    """The sentence that shares most with the quote."""
    sentences = [found.strip() for found in _SENTENCE.findall(text) if found.strip()]
    return max(
        sentences, key=lambda one: SequenceMatcher(None, quote, one, autojunk=False).ratio(), default=""
    )


def _out_of_force(rule: Rule, place: str, corpus: Corpus, as_of: date) -> Iterator[Stale]:
    if rule.doc not in corpus.entries:
        return
    status = corpus.validity(rule.doc, as_of).status
    if status in (Status.REPEALED, Status.EXPIRED):
        successors = tuple(by.key for by, _ in corpus.repealing(rule.doc))
        yield Stale(rule.id, rule.doc, rule.unit, place, status.value, successors=successors)


def stale_text(found: list[Stale], as_of: date) -> str:
    """The report for reading."""
    changed = [stale for stale in found if stale.reason in ("changed", "unit_gone")]
    ended = [stale for stale in found if stale.reason not in ("changed", "unit_gone")]
    lines = [f"条文变了、要重新核对的规则 {len(changed)} 条" + ("：" if changed else "。")]
    for stale in changed:
        lines += _changed_lines(stale)
    lines.append(f"所在文件在 {as_of} 已失效的规则 {len(ended)} 条" + ("：" if ended else "。"))
    for stale in ended:
        by = f"，由 {'、'.join(stale.successors)} 废止" if stale.successors else ""
        lines.append(f"  {stale.place}  {stale.rule}  {stale.doc} {STATUS_WORDS[Status(stale.reason)]}{by}")
    return "\n".join(lines)


def _changed_lines(stale: Stale) -> Iterator[str]:
    if stale.reason == "unit_gone":
        yield f"  {stale.place}  {stale.rule}  {stale.doc} 里已经没有“{stale.unit}”"
        return
    yield f"  {stale.place}  {stale.rule}  {stale.doc} {stale.unit}（核对后把 reviewed 写成 {stale.review}）"
    for part in stale.gone:
        yield f"    原引 {part.path}：“{part.quote}”"
        yield f"    现文最接近的：“{part.now}”" if part.now else "    现文没有相近的话"
    if not stale.gone:
        yield "    引文都还在，变的是别处的字句"
