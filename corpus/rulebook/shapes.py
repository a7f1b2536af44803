"""The short forms of YAML → the tagged forms of `corpus.rulebook.formula`.

`{ratio: {of: contract, rate: 30%}}` becomes `{op: ratio, of: …, rate: …}`; whatever does not fit is left for
pydantic to report.
"""

import re

from corpus.quantities.quantity import Measure

__all__ = ["read_node", "read_test"]

INPUT_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LISTS = {"sum": "parts", "min": "parts", "max": "parts", "all": "tests", "any": "tests"}


def read_node(value: object) -> object:
    """YAML shape → tagged shape; whatever does not fit is left for pydantic to report."""
    if isinstance(value, str):
        return _read_word(value)
    if isinstance(value, dict) and len(value) == 1 and "op" not in value:
        ((op, body),) = value.items()
        if op in _LISTS:
            return {"op": op, _LISTS[op]: body}
        if op == "input":
            return {"op": "input", "name": body}
        if op == "fixed":
            return _read_fixed(body)
        if isinstance(body, dict):
            return {"op": op, **body}
        raise ValueError(f"“{op}”下面要写字段，如 ratio: {{of: contract, rate: 30%}}")
    return value


def _read_word(word: str) -> object:
    if INPUT_NAME.fullmatch(word):
        return {"op": "input", "name": word}
    return _read_fixed(word)


def _read_fixed(word: object) -> object:
    amount, slash, unit = str(word).partition("/")
    if not slash:
        return {"op": "fixed", "value": amount}
    if unit not in set(Measure):
        raise ValueError(
            f"“{word}”里的单位“{unit}”不认识，可用：{'、'.join(m.value for m in Measure if m.value)}"
        )
    return {"op": "fixed", "value": amount, "per": unit}


def read_test(value: object) -> object:
    if isinstance(value, str):
        return {"op": "flag", "input": value}
    if not isinstance(value, dict) or "op" in value:
        return value
    if len(value) == 1:
        ((key, body),) = value.items()
        if key in _LISTS:
            return {"op": key, _LISTS[key]: body}
        if key == "not":
            return {"op": "not", "test": body}
        if key == "given":
            return {"op": "given", "input": body}
    if "equals" in value or "one_of" in value:
        rest = {key: body for key, body in value.items() if key != "equals"}
        return {"op": "choice", **rest, **({"one_of": [value["equals"]]} if "equals" in value else {})}
    renamed = {"of" if key in ("input", "value") else key: body for key, body in value.items()}
    return {"op": "compare", **renamed}
