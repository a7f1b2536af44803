"""The gate lets pass what the sources say, however it is worded, and stops what they do not."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.bootstrap import Serving
from assistant.model.statements import read_statements
from assistant.verify.gate import Gate
from assistant.verify.proof import Proof, Statement
from tests.verify.conftest import Prove

BLOCKS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "statements.yaml").read_text("utf-8"))
MAY = [(block["question"], str(block["as_of"]), said) for block in BLOCKS for said in block["may"]]
MAY_NOT = [
    (block["question"], str(block["as_of"]), kind, said)
    for block in BLOCKS
    for pair in block["may_not"]
    for kind, said in pair.items()
]

DAY = date(2025, 1, 15)


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


LOOKED_UP = (
    "登记为技术转移机构要什么条件？",
    "北京高精尖中心的项目经理人制度是什么？",
    "支持创办学术期刊吗？",
    "领军人才怎么支持？",
)


@pytest.mark.parametrize("question", LOOKED_UP)
def test_the_offline_answers_own_quotations_pass_the_same_gate(
    gate: Gate, serving: Serving, question: str
) -> None:
    answer = serving.pipeline.offline.answer(question, (), DAY)
    units = {(c.doc, c.unit): serving.corpus.unit(c.doc, c.unit) for c in answer.citations}
    proof = Proof(units=units, as_of=DAY, asked=question)
    lead = [line for line in answer.answer.split("\n\n") if line.startswith("**《")]
    assert lead
    for line in lead:
        assert gate.faults(Statement(line.strip("*"), tuple(units)), proof) == ()
