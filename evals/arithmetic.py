"""A gold's `recompute`: arithmetic in Decimal, read from a syntax tree and never executed as code.

Allowed are numbers, D('0.3'), + - * / //, comparisons, and/or/not, a if b else c, tuples and lists,
min, max, sum, abs, round, .sqrt(), and a generator over a literal list.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from corpus.errors import InvalidInput

__all__ = ["evaluate"]

_LONGEST = 600
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "D": Decimal,
    "min": min,
    "max": max,
    "sum": sum,
    "abs": abs,
    "round": round,
}


def evaluate(expression: str) -> Decimal:
    """The value of an expression; raises InvalidInput where it is not the arithmetic described above."""
    try:
        if len(expression) > _LONGEST:
            raise ValueError("太长")
        value = _value(ast.parse(expression, mode="eval").body, {})
        return Decimal(value)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, InvalidOperation, RecursionError) as error:
        raise InvalidInput(f"算式“{expression[:80]}”不能计算：{error}") from error


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | str()):
            return node.value
        case ast.Constant(value=float()):
            # As written: 0.3 is three tenths here.
            return Decimal(repr(node.value))
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_number(left, names), _number(right, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, names)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, names)
        case ast.BoolOp(op=op, values=values):
            join = all if isinstance(op, ast.And) else any
            return join(_value(value, names) for value in values)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            return _compare([_value(part, names) for part in (left, *rest)], ops)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if _value(test, names) else other, names)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [_value(part, names) for part in parts]
        case (
            ast.GeneratorExp(elt=element, generators=[generator])
            | ast.ListComp(elt=element, generators=[generator])
        ):
            return [_value(element, scope) for scope in _scopes(generator, names)]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(arg, names) for arg in args))
        case ast.Call(func=ast.Attribute(value=inner, attr="sqrt"), args=[], keywords=[]):
            return Decimal(_number(inner, names)).sqrt()
        case _:
            raise ValueError(f"不允许“{ast.unparse(node)[:40]}”")


def _number(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """An operand; texts and lists, which + and * would repeat, are none."""
    value = _value(node, names)
    if isinstance(value, Decimal | int):
        return value
    raise ValueError(f"“{ast.unparse(node)[:40]}”不是数")


def _compare(values: list[Any], ops: list[ast.cmpop]) -> bool:
    pairs = zip(values, ops, values[1:], strict=False)
    for left, op, right in pairs:
        if type(op) not in _COMPARISONS:
            raise ValueError("只能比较大小")
        if not _COMPARISONS[type(op)](left, right):
            return False
    return True


def _scopes(generator: ast.comprehension, names: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    items = _value(generator.iter, names)
    if not isinstance(items, list):
        raise ValueError("循环只能走过列表")
    for item in items:
        scope = {**names, **_bound(generator.target, item)}
        if all(_value(test, scope) for test in generator.ifs):
            yield scope


def _bound(target: ast.expr, item: Any) -> dict[str, Any]:
    match target:
        case ast.Name(id=name):
            return {name: item}
        case ast.Tuple(elts=parts) if isinstance(item, list):
            return {
                name: value
                for part, each in zip(parts, item, strict=True)
                for name, value in _bound(part, each).items()
            }
        case _:
            raise ValueError(f"不允许“{ast.unparse(target)}”")
