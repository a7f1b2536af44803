"""What pydantic cannot see in a rule: names, choices, units and bands that do not go together."""

from collections.abc import Iterator
from itertools import pairwise

from corpus.errors import RuleError, UnknownUnit
from corpus.quantities.quantity import Measure
from corpus.rulebook.formula import Bounds, ByYear, Choice, Each, Flag, InputRef, Lookup, Model, Split, Tiers
from corpus.rulebook.measures import compare_like, result_measure
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import TOTAL, YEARS, Answers, Many
from corpus.rulebook.quotes import Finding, Texts, check_constants, check_quotes, text_hash
from corpus.rulebook.walk import Location, inputs_of, parts_of

__all__ = ["check_rule"]

_WHOLE = frozenset(
    {Measure.PERSON, Measure.FIRM, Measure.ITEM, Measure.PIECE, Measure.COUNT, Measure.ORDINAL, Measure.DAY}
)
_COMBINATIONS = 256


def check_rule(rule: Rule, texts: Texts) -> Iterator[Finding]:
    """Everything that is wrong in one rule, each with its place in the rule."""
    yield from _check_review(rule, texts)
    yield from check_quotes(rule, texts)
    yield from _check_names(rule)
    yield from _check_measures(rule)
    yield from _check_bands(rule)
    yield from check_constants(rule)


def _check_review(rule: Rule, texts: Texts) -> Iterator[Finding]:
    try:
        unit = texts.unit(rule.doc, rule.unit)
    except UnknownUnit as error:
        yield ("unit",), str(error)
        return
    if rule.reviewed != text_hash(unit):
        yield (
            ("reviewed",),
            f"{rule.unit}的原文自上次核对后变了，或尚未核对；逐条核对后把 reviewed 写成 {text_hash(unit)}",
        )
    if not rule.path.startswith(rule.unit):
        yield ("path",), f"path 要以 unit“{rule.unit}”开头"
    if not rule.id.startswith(f"{rule.doc}."):
        yield ("id",), f"id 要以“{rule.doc}.”开头"


def _check_names(rule: Rule) -> Iterator[Finding]:
    used: set[str] = set()
    for at, tree in rule.trees():
        for place, part in parts_of(tree, at):
            for name in inputs_of(part):
                used.add(name)
                if name not in rule.inputs:
                    yield place, f"没有名为“{name}”的输入；inputs 里有：{'、'.join(rule.inputs) or '（空）'}"
                else:
                    yield from _check_use(rule, part, name, place)
    for name in rule.inputs.keys() - used:
        yield ("inputs", name), "这个输入在公式、上限和条件里都没有用到"
    if YEARS in rule.inputs:
        yield ("inputs", YEARS), f"“{YEARS}”留给按年支持的年数，请换个名字"
    if _combinations(rule) > _COMBINATIONS:
        yield ("inputs",), f"公式里的选择和是否类输入组合超过 {_COMBINATIONS} 种，请拆成几条规则"


def _combinations(rule: Rule) -> int:
    product = 1
    for name in rule.amount_choices:
        product *= max(2, len(rule.inputs[name].choices))
    return product


def _check_use(rule: Rule, part: Model, name: str, at: Location) -> Iterator[Finding]:
    spec = rule.inputs[name]
    values = {choice.value for choice in spec.choices}
    match part:
        case InputRef() if spec.measure is None:
            yield at, f"“{name}”不是数量，不能参加计算"
        case Flag() if not spec.is_flag:
            yield at, f"“{name}”不是是否类输入"
        case Choice() if not values.issuperset(part.one_of):
            yield at, f"“{name}”没有这些选项：{'、'.join(set(part.one_of) - values)}"
        case Lookup() if set(part.values) != values:
            yield at, f"lookup 的值要与“{name}”的选项一一对应：{'、'.join(sorted(values)) or '（没有选项）'}"
        case ByYear() if not set(part.years) <= values <= {*part.years, TOTAL}:
            yield at, f"by_year 的年份要与“{name}”的选项一一对应（合计写作 {TOTAL}）"
        case Split() if set(part.shares) != values or sum(share.value for share in part.shares.values()) != 1:
            yield at, f"split 的份额要与“{name}”的选项一一对应，合计 100%"
        case Each() if spec.many is not Many.ITEM:
            yield at, f"each 的“{name}”要写 many: item"


def _check_measures(rule: Rule) -> Iterator[Finding]:
    wanted: Measure | None = None
    for at, tree in rule.trees():
        try:
            found = result_measure(tree, rule.measures)
        except RuleError as error:
            yield at, str(error)
            continue
        if at == ("formula",):
            wanted = found
            if (
                rule.answers in (Answers.SUBSIDY, Answers.EQUITY, Answers.CONTRIBUTION)
                and found is not Measure.MONEY
            ):
                yield at, f"公式应得出金额，现在得出的是“{found.value if found else ''}”"
        elif at[-1] in ("at", "formula") and not compare_like(found, wanted):
            yield at, "上限和公式的单位不同"
        elif at[0] == "inputs" and not compare_like(found, rule.measures[str(at[1])]):
            yield at, "derive 得出的单位与输入的 measure 不同"
        elif at == ("period", "max_years") and found is not Measure.YEAR:
            yield at, "max_years 要写成年数，如 3年"


def _check_bands(rule: Rule) -> Iterator[Finding]:
    for at, tree in rule.trees():
        for place, part in parts_of(tree, at):
            if isinstance(part, Tiers) and not rule.assumptions:
                for message in _seams(part.bands):
                    yield (*place, "tiers"), f"{message}；请在 assumptions 里说明取哪种读法"


def _seams(bands: tuple[Bounds, ...]) -> Iterator[str]:
    ordered = sorted(bands, key=lambda band: (band.lower is not None, band.lower.value if band.lower else 0))
    for left, right in pairwise(ordered):
        if left.upper is None or right.lower is None or left.upper.value > right.lower.value:
            yield f"“{left.words()}”与“{right.words()}”两档重叠"
        elif left.upper.value < right.lower.value:
            if not _next_whole(left, right):
                yield f"“{left.words()}”与“{right.words()}”两档之间有空档"
        elif (left.at_most is None) == (right.at_least is None):
            both = left.at_most is not None
            yield f"{left.upper} 正好在两档交界，{'两档都含' if both else '两档都不含'}"


def _next_whole(left: Bounds, right: Bounds) -> bool:
    """Whether only fractions lie between two bands of something counted in whole numbers."""
    if left.at_most is None or right.at_least is None:
        return False
    return right.at_least.measure in _WHOLE and right.at_least.value - left.at_most.value == 1
