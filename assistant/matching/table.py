"""A match result for the terminal: aligned tables, the most useful first."""

import io
from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.matching.result import ANSWER_WORDS, STATUS_WORDS, VERDICT_WORDS, MatchItem, MatchResult
from assistant.outcome import Eligibility
from corpus.model import Status
from corpus.rulebook.parts import Answers

__all__ = ["explained", "match_table"]

_WIDTH = 120
_ASKED = 4


def match_table(result: MatchResult) -> str:
    """The result as text of at most 120 columns, wide characters counted as two."""
    out = io.StringIO()
    console = Console(file=out, width=_WIDTH, force_terminal=False, color_system=None, highlight=False)
    heading = f"{result.name or '企业'}：截至 {result.as_of.isoformat()} 的匹配结果"
    console.print(Text(heading))
    for title, items in _sections(result.items):
        console.print(Text(f"\n{title}（{len(items)} 项）"))
        console.print(_table(items))
    for line in _closing(result):
        console.print(Text(line), soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def explained(item: MatchItem) -> str:
    """In one line what fails, what is still to be found out, and why the amount is not counted."""
    parts = []
    if item.reasons:
        parts.append("；".join(item.reasons))
    if item.decided_by:
        more = f"等{len(item.decided_by)}项" if len(item.decided_by) > _ASKED else ""
        parts.append(f"取决于：{'；'.join(item.decided_by[:_ASKED])}{more}")
    if item.remark and item.verdict is not Eligibility.NOT_ELIGIBLE:
        parts.append(item.remark)
    return "。".join(parts)


def _sections(items: Iterable[MatchItem]) -> Iterator[tuple[str, list[MatchItem]]]:
    related = [item for item in items if item.related]
    current = [item for item in related if item.status is Status.IN_FORCE]
    for verdict, title in (
        (Eligibility.ELIGIBLE, "符合"),
        (Eligibility.UNKNOWN, "待确认"),
        (Eligibility.NOT_ELIGIBLE, "不符合"),
    ):
        found = [item for item in current if item.verdict is verdict]
        if found:
            yield title, found
    rest = [item for item in related if item.status is not Status.IN_FORCE]
    if rest:
        yield "文件不在有效期内，仅供参考，不计入合计", rest


def _table(items: Iterable[MatchItem]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, width=_WIDTH)
    for name, ratio in (("事项", 6), ("判定", 2), ("金额", 4), ("周期", 3), ("依据", 5), ("说明", 10)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for item in items:
        verdict = VERDICT_WORDS[item.verdict]
        place = f"{item.document.doc_no or '征求意见稿'}{item.rule.path}"
        if item.status is not Status.IN_FORCE:
            place += f"（{STATUS_WORDS[item.status]}）"
        row = (item.rule.label, verdict, _money(item), item.period, place, explained(item))
        table.add_row(*(Text(cell) for cell in row))
    return table


def _money(item: MatchItem) -> str:
    if item.rule.answers in (Answers.SUBSIDY, Answers.ELIGIBILITY) or not item.money:
        return item.money
    return f"{item.money}（{ANSWER_WORDS[item.rule.answers]}）"


def _closing(result: MatchResult) -> Iterator[str]:
    portfolio = result.portfolio
    yield f"\n可申报的合计：{portfolio.total}（{len(portfolio.chosen)} 项；每年可得的按一年计，上限以评审为准）"
    if result.possible != portfolio.total:
        yield f"待确认的事项中金额已定的若也都符合，合计：{result.possible}"
    for limit in portfolio.limits:
        yield f"合并上限：{limit.label}，{limit.before} 减到 {limit.after}（“{limit.quote}”）"
    for proviso in portfolio.provisos:
        yield f"须留意：“{proviso}”"
    unrelated = [item for item in result.items if not item.related]
    if unrelated:
        yield f"另有 {len(unrelated)} 项所给情况没有涉及，未列出；全部见 --json 或 --xlsx。"
    yield from (f"未采用 {note}" for note in result.notes)
