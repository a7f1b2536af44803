"""Walking formulas and predicates: every part with its place in the YAML, its constants and its inputs."""

from collections.abc import Iterator
from typing import Any

from corpus.quantities.quantity import Quantity
from corpus.rulebook.formula import (
    Bounds,
    ByYear,
    Choice,
    Each,
    Fixed,
    Flag,
    Given,
    InputRef,
    Lookup,
    Model,
    Node,
    Predicate,
    Split,
)

__all__ = ["Location", "constants_of", "inputs_of", "leaves_of", "parts_of"]

Location = tuple[str | int, ...]


def parts_of(tree: Model, at: Location = ()) -> Iterator[tuple[Location, Model]]:
    """`tree` and every node, band and predicate below it, depth first, each with its place in the YAML."""
    yield at, tree
    below = (*at, tree.op) if isinstance(tree, Node | Predicate) and hasattr(tree, "op") else at
    for name in type(tree).model_fields:
        yield from _parts_in(getattr(tree, name), (*below, name))


def _parts_in(value: Any, at: Location) -> Iterator[tuple[Location, Model]]:
    if isinstance(value, Model):
        yield from parts_of(value, at)
    elif isinstance(value, tuple | dict):
        for key, part in enumerate(value) if isinstance(value, tuple) else value.items():
            yield from _parts_in(part, (*at, key))


def constants_of(part: Model) -> tuple[Quantity, ...]:
    """The constants of one node, band or predicate itself, not of those below it."""
    match part:
        case Fixed():
            return (part.value,)
        case Bounds():
            return part.limits
        case Split():
            return tuple(part.shares.values())
    return ()


def inputs_of(part: Model) -> tuple[str, ...]:
    """The inputs that one node or predicate itself names, not those below it."""
    match part:
        case InputRef():
            return (part.name,)
        case Choice() | Flag() | Given():
            return (part.input,)
        case Lookup() | ByYear() | Split():
            return (part.by,)
        case Each():
            return part.over
    return ()


def leaves_of(tree: Model | None) -> tuple[str, ...]:
    """Every input that a formula names anywhere, in reading order; none for no formula."""
    return () if tree is None else tuple(name for _, part in parts_of(tree) for name in inputs_of(part))
