"""JSON values as people write them, for rules and profiles."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.matching.profile import Fact, Profile
from assistant.service.texts import clean

__all__ = ["given_of", "profile_of"]

_Given = Mapping[str, Any]


def given_of(inputs: _Given) -> dict[str, str | tuple[str, ...]]:
    """The inputs of one rule."""
    return {name: _texts(value) for name, value in inputs.items()}


def profile_of(name: str, facts: _Given, rules: Mapping[str, _Given]) -> Profile:
    """An enterprise: `facts` in the words of the rules (a value, several, or by year), `rules` for single rules."""
    stated = tuple(_fact(clean(label), value) for label, value in facts.items())
    return Profile(clean(name), stated, {rule: given_of(values) for rule, values in rules.items()})


def _fact(label: str, value: Any) -> Fact:
    if isinstance(value, Mapping):
        years = {int(year.removesuffix("年")): _text(amount) for year, amount in value.items()}
        return Fact(label, by_year=dict(sorted(years.items())))
    return Fact(label, tuple(map(_text, value)) if isinstance(value, list) else (_text(value),))


def _texts(value: Any) -> str | tuple[str, ...]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return tuple(map(_text, value)) if is_list else _text(value)


def _text(value: str | bool | int | float) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return clean(value) if isinstance(value, str) else str(value)
