"""What of a rule decides its figure: the inputs that the formula reads, and the constants of the text."""

from collections.abc import Iterator

from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.walk import constants_of, inputs_of, leaves_of, parts_of

__all__ = ["deciding_inputs", "rule_constants"]


def deciding_inputs(rule: Rule) -> Iterator[str]:
    """Names of the inputs that the formula reads, directly or through what they derive from."""
    if rule.formula is None:
        return
    for _, part in parts_of(rule.formula):
        for name in inputs_of(part):
            yield name
            spec = rule.inputs.get(name)
            if spec is not None:
                yield from leaves_of(spec.derive)


def rule_constants(rule: Rule) -> Iterator[Quantity]:
    """Every constant of the rule's formula, ceilings and conditions."""
    for _, tree in rule.trees():
        for _, part in parts_of(tree):
            yield from constants_of(part)
