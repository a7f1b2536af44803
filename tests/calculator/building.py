"""Rules made up for tests, written as in the rule files."""

from typing import Any

import yaml

from corpus.rulebook.model import Rule


def a_rule(text: str, **fields: Any) -> Rule:
    """A rule from the YAML of its inputs, formula, caps and so on; what every rule must have is filled in."""
    given = yaml.load(text, Loader=yaml.BaseLoader)
    base = {
        "doc": "d",
        "version": "v",
        "text_hash": "h",
        "id": "d.rule",
        "unit": "第一条",
        "path": "第一条",
        "label": "支持",
        "applicant": "企业",
        "kind": "upper_bound",
        "quotes": ["原话"],
        "examples": [{"name": "例", "expect": {"amount": "0元"}}],
        "reviewed": "h",
    }
    return Rule.model_validate({**base, **given, **fields})
