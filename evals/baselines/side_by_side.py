"""`zhengce eval baselines`: every system in its own process on the same questions, and the table of them."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from assistant.commands.progress import progress
from corpus.errors import InvalidInput
from evals.apart import run_apart
from evals.baselines.measuring import Job, Measured, scored_cases
from evals.baselines.registry import BASELINES, chosen
from evals.cases import load_set
from evals.folder import write_files
from evals.machine import Origin, origin
from indexer.embeddings import embedder_name

__all__ = ["Comparison", "compare", "markdown", "print_table", "write"]

_HEADINGS = (
    "做法",
    "首条对",
    "召回@1",
    "召回@5",
    "召回@10",
    "前五条字数",
    "片段",
    "建索引 s",
    "一问 p50/p95 ms",
    "裸向量 p50 ms",
    "÷ 裸向量",
    "内存峰值 MB",
)


class Comparison(BaseModel):
    """All systems on one set of questions."""

    model_config = ConfigDict(frozen=True)

    origin: Origin
    set_name: str
    questions: int
    model: str
    rows: tuple[Measured, ...]


def compare(cases: str | None, names: Sequence[str], model: str | None) -> Comparison:
    """Measure one after the other; raises InvalidInput where packages are missing or no question has gold."""
    baselines = chosen(names)
    given = load_set(cases)
    questions = len(scored_cases(given.cases))
    if not questions:
        raise InvalidInput(f"“{given.name}”里没有可比的题：题目要有应引条目（citations），且不是应拒答的")
    started = origin()
    bar = progress()
    bar.start(len(baselines), "并排比较")
    rows = []
    try:
        for baseline in baselines:
            job = Job(name=baseline.name, cases=cases or "dev")
            rows.append(run_apart("evals.baselines.measuring", job, Measured))
            bar.advance(1)
    finally:
        bar.finish()
    return Comparison(
        origin=started,
        set_name=given.name,
        questions=questions,
        model=embedder_name(model),
        rows=tuple(rows),
    )


def print_table(console: Console, compared: Comparison) -> None:
    """The comparison for a terminal."""
    table = Table(title=_title(compared))
    columns = [_cells(row) for row in compared.rows]
    # A system is a column here: eight of twelve headings would be cut off on a terminal of 80 characters.
    for number, heading in enumerate((_HEADINGS[0], *(cells[0] for cells in columns))):
        table.add_column(heading, justify="right" if number else "left")
    for number, heading in enumerate(_HEADINGS[1:], 1):
        table.add_row(heading, *(cells[number] for cells in columns))
    console.print(table)
    for line in _notes(compared):
        console.print(line, soft_wrap=True, highlight=False)


def markdown(compared: Comparison) -> str:
    """The comparison for a README."""
    rule = "|".join(["---"] + ["---:"] * (len(_HEADINGS) - 1))
    rows = [f"| {' | '.join(_cells(row))} |" for row in compared.rows]
    head = [f"{_title(compared)}。", "", f"| {' | '.join(_HEADINGS)} |", f"|{rule}|"]
    return "\n".join([*head, *rows, "", *_notes(compared)]) + "\n"


def write(compared: Comparison, folder: Path) -> list[Path]:
    """Write baselines-SET.json and .md into `folder`; returns their paths. Raises InvalidInput."""
    name = f"baselines-{compared.set_name}"
    texts = {f"{name}.json": compared.model_dump_json(indent=1) + "\n", f"{name}.md": markdown(compared)}
    return write_files(texts, folder)


def _title(compared: Comparison) -> str:
    return f"评测集 {compared.set_name}，{compared.questions} 题，向量模型 {compared.model}"


def _cells(row: Measured) -> list[str]:
    labels = {baseline.name: baseline.label for baseline in BASELINES}
    return [
        labels[row.name],
        f"{row.first.mean:.3f}（{row.first.low:.2f}–{row.first.high:.2f}）",
        *(f"{value.mean:.3f}" for value in (row.recall_1, row.recall_5, row.recall_10)),
        str(row.characters),
        str(row.pieces),
        f"{row.index_seconds:.1f}",
        f"{row.query.p50:.1f} / {row.query.p95:.1f}",
        f"{row.embedding.p50:.1f}",
        f"{row.ratio:.2f}",
        f"{row.peak_megabytes:.0f}",
    ]


def _notes(compared: Comparison) -> list[str]:
    versions = {
        package: found
        for row in compared.rows
        for package, found in row.versions.items()
        if found is not None
    }
    used = "、".join(f"{package} {found}" for package, found in versions.items())
    return [
        f"{compared.origin.line()}。{used}",
        "首条对：第一条命中主要落在应引或可引的条目里（括号内为 95% 区间）；召回@k：前 k 条命中里含有的应引条目所占的份额。"
        "裸向量：同一进程里与检索交替进行的单次向量计算；比值不受机器忙闲影响。",
    ]
