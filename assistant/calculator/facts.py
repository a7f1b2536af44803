"""The facts of one calculation: what was given, assumed or derived for the inputs of a rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from assistant.calculator.ranges import INFINITY, ZERO, Range, point
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.measures import DURATIONS
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, InputSpec, Many
from corpus.rulebook.walk import leaves_of

__all__ = ["Facts", "Single", "Value", "read_facts", "read_value", "takes_years", "unknown_range"]

Single = Quantity | str | bool
Value = Single | tuple[Single, ...]

_YES = frozenset({"是", "有", "符合", "满足", "true", "yes", "1"})
_NO = frozenset({"否", "无", "没有", "不是", "不符合", "不满足", "false", "no", "0"})
_COUNTED = frozenset(
    {Measure.PERSON, Measure.FIRM, Measure.ITEM, Measure.PIECE, Measure.COUNT, Measure.PLAIN}
)


@dataclass(frozen=True)
class Facts:
    """Values by input name; `touched` collects the inputs whose value was asked for and not known.

    `band` is the reading taken where two bands of a tier claim one value (0 the first); `crossed` is filled
    with a note when that happened.
    """

    rule: Rule
    values: Mapping[str, Value]
    touched: set[str] = field(default_factory=set)
    band: int = 0
    crossed: list[str] = field(default_factory=list)

    def quantity(self, name: str) -> Range:
        """The value of a quantity input, or everything it may be."""
        value = self.values.get(name)
        if isinstance(value, Quantity):
            return point(value)
        if isinstance(value, tuple):
            return _total(value)
        self.touched.add(name)
        return unknown_range(self.rule.inputs[name])

    def choice(self, name: str) -> str | None:
        """The value of a choice input, None where unknown."""
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        self.touched.add(name)
        return None

    def flag(self, name: str) -> bool | None:
        """The value of a yes/no input, None where unknown."""
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        self.touched.add(name)
        return None

    def given(self, name: str) -> bool:
        """Whether the input is known, or can be derived from inputs that are."""
        if name in self.values:
            return True
        leaves = self.sources(name)
        return bool(leaves) and all(self.given(leaf) for leaf in leaves)

    def derivable(self, name: str) -> bool:
        """Whether the input is not given itself but something is known that it derives from."""
        return name not in self.values and any(self.given(leaf) for leaf in self.sources(name))

    def sources(self, name: str) -> tuple[str, ...]:
        """The inputs that this input derives from."""
        return leaves_of(self.rule.inputs[name].derive)

    def listed(self, names: Iterable[str]) -> int:
        """How many items or years the longest list among `names` has; 0 where none of them is a list."""
        lengths = [len(value) for name in names if isinstance(value := self.values.get(name), tuple)]
        return max(lengths, default=0)

    def bind(self, names: Iterable[str], index: int) -> "Facts":
        """The facts of one item or year: the lists among `names` give their value at `index`."""
        values = dict(self.values)
        for name in names:
            value = values.get(name)
            if isinstance(value, tuple):
                values[name] = value[index]
        return replace(self, values=values)

    def supposing(self, values: Mapping[str, Value]) -> "Facts":
        """The facts with `values` supposed for inputs that are not known."""
        return replace(self.fresh(), values={**self.values, **values})

    def in_later_band(self) -> "Facts":
        """The facts under the reading that a value on the seam of two bands belongs to the later one."""
        return replace(self.fresh(), band=1)

    def fresh(self) -> "Facts":
        """The same facts with nothing noted yet."""
        return replace(self, touched=set(), crossed=[])


def unknown_range(spec: InputSpec) -> Range:
    """Everything that an input that was not given may be."""
    bounds = spec.range
    low = bounds.lower.value if bounds and bounds.lower else ZERO
    high = bounds.upper.value if bounds and bounds.upper else INFINITY
    return Range(low, high, spec.measure or Measure.PLAIN)


def read_facts(rule: Rule, given: Mapping[str, Value | list[Single]]) -> Facts:
    """The given values checked against the inputs of `rule`; raises InvalidInput in Chinese."""
    values: dict[str, Value] = {}
    for name, raw in given.items():
        if name == YEARS and takes_years(rule):
            values[name] = _single(_YEARS_INPUT, raw if not isinstance(raw, list) else tuple(raw))
            continue
        spec = rule.inputs.get(name)
        if spec is None:
            known = "、".join([*rule.inputs, *([YEARS] if takes_years(rule) else [])])
            raise InvalidInput(f"规则 {rule.id} 没有名为“{name}”的输入。可用的输入：{known or '无'}")
        values[name] = read_value(spec, tuple(raw) if isinstance(raw, list) else raw)
    _check_lengths(rule, values)
    return Facts(rule, values)


def takes_years(rule: Rule) -> bool:
    """Whether a number of years may be given for the rule."""
    return rule.period.kind == "yearly" or any(spec.many is Many.YEAR for spec in rule.inputs.values())


def read_value(spec: InputSpec, raw: Value) -> Value:
    """One value, typed for its input: text is parsed, units are converted; raises InvalidInput."""
    if not isinstance(raw, tuple):
        return _single(spec, raw)
    if len(raw) == 1:
        return _single(spec, raw[0])
    if spec.many is Many.NO:
        raise InvalidInput(f"“{spec.label}”只能给一个值")
    if not raw:
        raise InvalidInput(f"“{spec.label}”的列表是空的")
    return tuple(_single(spec, part) for part in raw)


def _single(spec: InputSpec, raw: Value) -> Single:
    if spec.choices:
        return _choice(spec, raw)
    if spec.is_flag:
        return _flag(spec, raw)
    quantity = Quantity.parse(raw) if isinstance(raw, str) else raw
    if not isinstance(quantity, Quantity):
        raise InvalidInput(f"“{spec.label}”要给一个带单位的数量，如 100{spec.measure or ''}")
    return _fitting(spec, quantity)


def _choice(spec: InputSpec, raw: Value) -> str:
    for choice in spec.choices:
        if raw in (choice.value, choice.label, *choice.synonyms):
            return choice.value
    options = "、".join(f"{choice.value}（{choice.label}）" for choice in spec.choices)
    raise InvalidInput(f"“{spec.label}”没有选项“{raw}”。可选：{options}")


def _flag(spec: InputSpec, raw: Value) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise InvalidInput(f"“{spec.label}”要答“是”或“否”，不能是“{raw}”")


def _fitting(spec: InputSpec, quantity: Quantity) -> Quantity:
    measure = spec.measure or Measure.PLAIN
    found = quantity.measure
    if found is not measure:
        if found in _COUNTED and measure in _COUNTED:
            quantity = Quantity(quantity.value, measure)
        elif found in DURATIONS and measure in DURATIONS:
            value = quantity.value * 12 if found is Measure.YEAR else quantity.value / 12
            quantity = Quantity(value, measure)
        else:
            way = (
                f"，例如写成 {quantity.value:f}万元"
                if measure is Measure.MONEY and found is Measure.PLAIN and quantity.value >= 0
                else ""
            )
            raise InvalidInput(f"“{spec.label}”要以“{measure.value}”计，不能是“{quantity}”{way}")
    bounds = spec.range
    if bounds is None and quantity.value < 0:
        raise InvalidInput(f"“{spec.label}”不能是负数（{quantity}）")
    if bounds is not None:
        inside = unknown_range(spec)
        if not inside.low <= quantity.value <= inside.high:
            raise InvalidInput(f"“{spec.label}”应在{bounds.words()}，不能是“{quantity}”")
    return quantity


def _check_lengths(rule: Rule, values: Mapping[str, Value]) -> None:
    for many in (Many.ITEM, Many.YEAR):
        lists = {name: value for name, value in values.items() if isinstance(value, tuple)}
        sizes = {len(value) for name, value in lists.items() if rule.inputs[name].many is many}
        if len(sizes) > 1:
            raise InvalidInput(
                "逐项列出的各个输入，项数要相同：" + "、".join(rule.inputs[name].label for name in lists)
            )


def _total(values: tuple[Single, ...]) -> Range:
    """A list where one quantity is wanted (a total over items or years)."""
    quantities = [value for value in values if isinstance(value, Quantity)]
    total = sum((quantity.value for quantity in quantities), ZERO)
    return Range(total, total, quantities[0].measure)


_YEARS_INPUT = InputSpec(name=YEARS, label="支持年数", measure=Measure.YEAR)
