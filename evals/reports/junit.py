"""JUnit XML for CI: a test case for each eval case, and one for the gate."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from evals.cases import Case
from evals.reply import Reply
from evals.reports.wording import actual, expected, question
from evals.results import RunResult, labels

__all__ = ["write_junit"]

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(
    path: Path, result: RunResult, cases: Sequence[Case], replies: Mapping[str, Reply], found: Sequence[str]
) -> None:
    """Write the results of a run; of a hidden set only ids and scores."""
    by_id = {case.id: case for case in cases}
    names = labels()
    failures = sum(bool(case.failed) for case in result.cases) + bool(found)
    total = len(result.cases) + 1
    suite = ElementTree.Element(
        "testsuite", name=f"eval.{result.key.set_name}", tests=str(total), failures=str(failures), errors="0"
    )
    gate = ElementTree.SubElement(suite, "testcase", classname="eval.gate", name="thresholds")
    if found:
        _fail(gate, f"{len(found)} 项未达到", "\n".join(found))
    for case in result.cases:
        seconds = f"{replies[case.id].latency_ms / 1000:.4f}"
        node = ElementTree.SubElement(
            suite, "testcase", classname=f"eval.{_clean(case.type)}", name=_clean(case.id), time=seconds
        )
        if case.failed:
            wrong = "、".join(f"{names[name]} {case.scores[name]:.2f}" for name in case.failed)
            _fail(node, wrong, "" if result.hidden else _detail(by_id[case.id], replies[case.id]))
    ElementTree.indent(suite)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _fail(node: ElementTree.Element, message: str, detail: str) -> None:
    ElementTree.SubElement(node, "failure", message=_clean(message)).text = _clean(detail)


def _detail(case: Case, reply: Reply) -> str:
    lines = [f"问：{question(case)}"]
    lines += [f"标准 {label}：{value}" for label, value in expected(case)]
    lines += [f"回答 {label}：{value}" for label, value in actual(reply)]
    return "\n".join([*lines, reply.answer])


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
