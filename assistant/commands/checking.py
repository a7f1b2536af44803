"""The check of rule files for the people who write them: problems by file and line, and what is covered."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.calculator.examples import example_problems
from assistant.commands.options import library
from corpus.catalog import Corpus
from corpus.coverage import Figure, coverage
from corpus.rulebook.yaml_file import Problem
from corpus.rules import RULES_FOLDER, RuleBook, check_rules, load_rules

__all__ = ["Report", "check_all"]

_NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Report:
    """The lines to show, in Chinese, and whether nothing is wrong and no figure left out."""

    lines: list[str]
    sound: bool


def check_all(folder: Path | None) -> Report:
    """Check the rule files of `folder`, or those of this package: form, quotes, constants, examples, coverage.

    A user's folder is checked alone, and coverage counts the figures of its documents only.
    """
    corpus = library()
    rules = RULES_FOLDER if folder is None else folder
    if not any(rules.glob("*.yaml")):
        return Report([f"{rules} 里没有规则文件（*.yaml），写法见 corpus/rules/README.md"], False)
    problems = check_rules(rules, corpus)
    if problems:
        return Report([*_listed(problems), "算例和覆盖情况要先改好以上各处才能检查。"], False)
    book = load_rules(rules, corpus)
    problems = sorted(example_problems(book))
    lines, complete = _covered(corpus, book)
    return Report([*_listed(problems), *_counts(book), *lines], complete and not problems)


def _listed(problems: list[Problem]) -> Iterator[str]:
    yield f"问题 {len(problems)} 处" + ("：" if problems else "")
    yield from (f"  {problem}" for problem in problems)


def _counts(book: RuleBook) -> Iterator[str]:
    quotes = {(rule.doc, path, quote) for rule in book.rules for path, quote in rule.quoted()}
    quotes |= {(doc, entry.path or entry.unit, entry.quote) for doc, entry in book.not_computable}
    quotes |= {
        (file.document, part.path, part.quote)
        for file in book.files
        for part in (*file.groups, *file.stacking)
    }
    yield f"规则 {len(book.rules)} 条"
    yield f"算例 {sum(len(rule.examples) for rule in book.rules)} 个"
    yield f"引文 {len(quotes)} 条"


def _covered(corpus: Corpus, book: RuleBook) -> tuple[list[str], bool]:
    """How the figures of the documents that have a rule file are accounted for; whether all are."""
    documents = {file.document for file in book.files}
    figures = [
        figure
        for document in coverage(corpus, book).documents
        if document.doc in documents
        for figure in document.figures
    ]
    missed = [figure for figure in figures if not figure.claimed_by]
    listed = sum(1 for figure in figures if set(figure.claimed_by) == {_NOT_COMPUTABLE})
    by_rules = len(figures) - len(missed) - listed
    head = f"原文数字 {len(figures)} 处，其中规则引用 {by_rules}、列明不可计算 {listed}、遗漏 {len(missed)}"
    return [
        head + ("：" if missed else ""),
        *(f"  {_place(corpus, figure)}" for figure in missed),
    ], not missed


def _place(corpus: Corpus, figure: Figure) -> str:
    """Where a figure that nobody accounts for stands: its unit, and the line of the source the unit starts at."""
    unit = corpus.unit(figure.doc, figure.unit)
    source = corpus.sources[corpus.document(figure.doc).source]
    line = source.text.count("\n", 0, unit.spans[0].start) + 1
    return (
        f"{figure.doc} {figure.unit}“{figure.text}”（…{figure.around}…；{source.file} 第{line}行起）："
        "没有规则引用，也没有列入 not_computable"
    )
