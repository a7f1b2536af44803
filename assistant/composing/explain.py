"""A calculation in Chinese words: the amount first, then its steps, conditions and what is missing."""

from dataclasses import dataclass

from assistant.composing.citing import path_name
from assistant.computed import Computed
from assistant.outcome import Eligibility, Outcome, Verdict, VerdictState, shown
from corpus.quantities.quantity import Quantity
from corpus.rulebook.parts import Answers

__all__ = ["Explanation", "explain", "trace_of"]

_NOUNS = {
    Answers.SUBSIDY: "可获支持",
    Answers.EQUITY: "出资",
    Answers.CONTRIBUTION: "应出资",
    Answers.SHARE: "份额",
    Answers.THRESHOLD: "要达到",
}
_MOST_CONDITIONS = 8


@dataclass(frozen=True, slots=True)
class Explanation:
    """`conclusion` is "" where the calculation decides nothing that was asked."""

    conclusion: str
    derivation: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def explain(computed: Computed) -> Explanation:
    """Word a calculation; every number comes from its trace."""
    outcome = computed.outcome
    conditions = _conditions(outcome)
    if outcome.eligibility is Eligibility.NOT_ELIGIBLE:
        return Explanation(_verdict(computed) + _refused(computed), conditions=conditions)
    notes = (*_readings(outcome), *_unused(computed))
    asked = tuple(missing.question for missing in outcome.missing[:2])
    if computed.needed is not None:
        return Explanation(_needed(computed), computed.steps, (), conditions, notes)
    if not computed.about_amount:
        return Explanation(_eligible(outcome), (), (), conditions, notes)
    if computed.amount is not None:
        steps = () if outcome.missing else computed.steps
        return Explanation(_verdict(computed) + _amount(computed), steps, asked, conditions, notes)
    if outcome.amount is not None and outcome.answers != Answers.ELIGIBILITY.value:
        return Explanation(
            f"{outcome.label}：按规定为{outcome.amount}。", computed.steps, (), conditions, notes
        )
    if outcome.missing:
        return Explanation(_open(outcome), (), asked, conditions, notes)
    return Explanation("", (), (), conditions, notes)


def _verdict(computed: Computed) -> str:
    """Whether the amount is the one that the question takes it for, where it takes it for one."""
    if computed.amount is None or computed.claimed is None:
        return ""
    return "对：" if computed.claimed.in_wan() == computed.amount.value else "不对："


def _amount(computed: Computed) -> str:
    assert computed.amount is not None
    value = computed.amount.value
    outcome = computed.outcome
    noun = _NOUNS.get(Answers(outcome.answers), "可获支持")
    figure = f"{value.normalize():f}万元"
    if not value and computed.needed is None:
        return f"{outcome.label}：按所给的数达不到支持的起点，金额为 0 万元。"
    if computed.amount.kind == "upper_bound":
        verb = f"最高{noun}" if noun.startswith("可") else f"{noun}最高为"
        return f"{outcome.label}：{verb} {figure}（上限，实际以评审结果为准）。"
    return f"{outcome.label}：{noun} {figure}。"


def trace_of(computed: Computed) -> str:
    """What the calculation itself says, as proof for our words: steps, values, rule data; not our sentences."""
    outcome = computed.outcome
    values = [value for _, value in outcome.inputs]
    verdicts = [f"{v.label} {v.quote} {v.detail} {''.join(v.ask)}" for v in outcome.verdicts]
    alternatives = [f"{a.label} {a.low} {a.high}" for a in (*outcome.branches, *outcome.other_readings)]
    needed = (
        [*map(str, filter(None, (computed.needed.value, computed.needed.target))), _wan(computed)]
        if computed.needed
        else []
    )
    rule = [outcome.label, *(spec.label for spec in computed.rule.inputs.values())]
    asked = [missing.question for missing in outcome.missing]
    figures = [str(figure) for figure in (outcome.amount, outcome.low, outcome.high)]
    parts = (*computed.steps, *values, *verdicts, *alternatives, *needed, *rule, *asked, *figures)
    return "\n".join((*parts, *outcome.assumptions, "0万元 0元"))


def _wan(computed: Computed) -> str:
    return f"{computed.amount.value:f}万元" if computed.amount else ""


def _needed(computed: Computed) -> str:
    needed = computed.needed
    assert needed is not None
    label = computed.rule.inputs[needed.name].label
    least = shown(needed.value) if needed.value else ""
    reached = f"才能达到{needed.target}" if needed.target else "才够得上支持"
    said = (
        f"{computed.rule.label}：{label}至少{least if least.startswith('约') else f'要 {least}'}，{reached}"
    )
    whole = needed.value is not None and computed.amount and computed.amount.value == needed.value.in_wan()
    return (
        f"{said}。"
        if whole or not computed.amount
        else f"{said}，还差 {computed.amount.value.normalize():f}万元。"
    )


def _refused(computed: Computed) -> str:
    first = computed.outcome.failing[0]
    detail = f"（{first.detail}）" if first.detail else ""
    money = "，金额为 0 万元" if computed.about_amount else ""
    return f"不符合“{computed.outcome.label}”的条件{money}：{first.label}——不符合{detail}。原文{path_name(first.path)}：“{first.quote}”。"


def _eligible(outcome: Outcome) -> str:
    known = [v for v in outcome.verdicts if v.state is VerdictState.MET and not v.presumed]
    if not known:
        return ""
    labels = "；".join(f"{v.label}（{path_name(v.path)}）" for v in known)
    if outcome.eligibility is Eligibility.ELIGIBLE:
        return f"就您提供的情况，符合“{outcome.label}”的条件：{labels}。"
    return f"就您提供的情况，“{outcome.label}”中这些条件符合：{labels}；其余条件还要看下面所列。"


def _open(outcome: Outcome) -> str:
    spread = _range(outcome.low, outcome.high)
    return f"{outcome.label}：还缺{'、'.join(m.label for m in outcome.missing[:3])}，金额{spread}。"


def _range(low: Quantity | None, high: Quantity | None) -> str:
    if high is None:
        return "暂不能确定"
    if low is None or low == high or not low.value:
        return f"不超过{high}"
    return f"在{low}至{high}之间"


def _conditions(outcome: Outcome) -> tuple[str, ...]:
    """Conditions that the facts leave open, as a list to check."""
    states = (VerdictState.UNKNOWN, VerdictState.REVIEW)
    still = [v for v in outcome.verdicts if v.state in states and not v.presumed]
    met = [v for v in outcome.verdicts if v.state is VerdictState.MET and not v.presumed]
    failing = [v for v in outcome.verdicts if v.state is VerdictState.NOT_MET]
    lines = [_line(v) for v in (*failing, *met, *still)[:_MOST_CONDITIONS]]
    return tuple(lines)


def _line(verdict: Verdict) -> str:
    soft = "" if verdict.hard else "（优先条件，不影响资格）"
    return f"{verdict.state.value}：{verdict.label}（{path_name(verdict.path)}）{soft}"


def _readings(outcome: Outcome) -> tuple[str, ...]:
    assumed = tuple(outcome.assumptions)
    others = tuple(f"另一种读法（{a.label}）：{_range(a.low, a.high)}。" for a in outcome.other_readings)
    branches = tuple(f"{a.label}：{_range(a.low, a.high)}。" for a in outcome.branches[:6])
    return (*assumed, *others, *branches)


def _unused(computed: Computed) -> tuple[str, ...]:
    unused = [m.text for m in computed.unused if m.quantity.measure.value in ("元", "比例")]
    return (f"没有用到的数：{'、'.join(unused)}。",) if unused else ()
