"""The gate lets pass what the sources say, however it is worded, and stops what they do not."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.model.statements import read_statements
from assistant.verify.gate import Gate
from assistant.verify.proof import Proof
from tests.verify.conftest import Prove

BLOCKS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "statements.yaml").read_text("utf-8"))
MAY = [(block["question"], str(block["as_of"]), said) for block in BLOCKS for said in block["may"]]
MAY_NOT = [
    (block["question"], str(block["as_of"]), kind, said)
    for block in BLOCKS
    for pair in block["may_not"]
    for kind, said in pair.items()
]


def kinds(gate: Gate, proof: Proof, text: str) -> set[str]:
    statements = [statement for paragraph in read_statements(text) for statement in paragraph.statements]
    assert statements
    return {fault.kind.value for statement in statements for fault in gate.faults(statement, proof)}


@pytest.mark.parametrize(("question", "day", "said"), MAY, ids=[said[:40] for *_, said in MAY])
def test_what_the_sources_say_passes(gate: Gate, prove: Prove, question: str, day: str, said: str) -> None:
    assert kinds(gate, prove(question, date.fromisoformat(day)), said) == set()


@pytest.mark.parametrize(
    ("question", "day", "kind", "said"), MAY_NOT, ids=[f"{kind}: {said[:40]}" for *_, kind, said in MAY_NOT]
)
def test_what_the_sources_do_not_say_is_stopped_for_the_right_reason(
    gate: Gate, prove: Prove, question: str, day: str, kind: str, said: str
) -> None:
    assert kind in kinds(gate, prove(question, date.fromisoformat(day)), said)
