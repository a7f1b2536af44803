"""`zhengce eval retrieval`: a real index on disk, the real model, and a user's mistakes."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from assistant.cli import main
from evals.outside.run import Options, Summary, run, summary_path
from indexer.store import Vectors
from tests.evals.outside.building import many, read, written
from tests.indexer.fakes import FakeEmbedder

STATUTES = Path(__file__).parents[2] / "data" / "statutes.jsonl"


class Interrupted(FakeEmbedder):
    """Is stopped when it has embedded so many passages."""

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        if len(self.passages) >= 128:
            raise KeyboardInterrupt
        return super().embed_passages(texts, progress)


def status(args: Sequence[str]) -> int:
    """How the command ends."""
    with pytest.raises(SystemExit) as ended:
        main(["eval", "retrieval", *args])
    return int(ended.value.code or 0)


def options(folder: Path, count: int = 200) -> Options:
    """Files for a run over `count` articles."""
    corpus = written(folder / "corpus.jsonl", many(count))
    queries = written(folder / "queries.jsonl", [{"id": 1, "question": "办法1第三条", "gold": [["a92"]]}])
    return Options(corpus, queries, folder / "out.jsonl", folder / "home")


def ran(chosen: Options, embedder: FakeEmbedder | None = None) -> Summary:
    return run(chosen, embedder or FakeEmbedder(), Console(quiet=True))


def test_the_command_finds_articles_of_statutes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles = [{"id": f"s{n}", **line} for n, line in enumerate(read(STATUTES))]
    law, label = articles[3]["law"], articles[3]["article"]
    queries = [
        {"id": "q1", "question": f"{law}{label}", "gold": [["s3"]]},
        {"id": "q2", "question": articles[1]["text"][:40], "gold": [["s1"]]},
        {"id": "q3", "question": "没有标准答案的问题"},
    ]
    corpus, asked = (
        written(tmp_path / "corpus.jsonl", articles),
        written(tmp_path / "queries.jsonl", queries),
    )
    out = tmp_path / "out.jsonl"
    given = ["--corpus", corpus, "--queries", asked, "--out", out, "--index", tmp_path / "index"]
    assert status([str(one) for one in given]) == 0
    lines = read(out)
    assert [line["id"] for line in lines] == ["q1", "q2", "q3"]
    assert [line["ranked"][0] for line in lines[:2]] == ["s3", "s1"]
    assert all(len(set(line["ranked"])) == len(articles) for line in lines)
    summary = json.loads(summary_path(out).read_text("utf-8"))
    assert summary["measures"]["questions"] == 2
    assert summary["measures"]["mrr_10"] == 1
    assert "MRR@10" in capsys.readouterr().out


def test_a_second_run_embeds_nothing_and_ranks_alike(tmp_path: Path) -> None:
    chosen = options(tmp_path)
    first = ran(chosen)
    ranked = chosen.out.read_bytes()
    second = ran(chosen)
    assert (first.embedded, second.embedded, second.reused) == (200, 0, 200)
    assert second.index_version == first.index_version
    assert chosen.out.read_bytes() == ranked


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    chosen = options(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        ran(chosen, Interrupted())
    assert not chosen.out.exists()
    summary = ran(chosen)
    assert (summary.embedded, summary.reused) == (72, 128)


def test_a_changed_article_alone_is_embedded_in_an_index_folder_of_ones_own(tmp_path: Path) -> None:
    before = options(tmp_path)
    chosen = Options(before.corpus, before.queries, before.out, before.home, tmp_path / "index")
    ran(chosen)
    lines = many(200)
    lines[5]["text"] = "改过的条文。"
    written(chosen.corpus, lines)
    assert ran(chosen).embedded == 1


def test_a_named_article_comes_first_and_a_hundred_are_given(tmp_path: Path) -> None:
    chosen = options(tmp_path)
    summary = ran(chosen)
    (line,) = read(chosen.out)
    assert line["id"] == "1"
    assert line["ranked"][0] == "a92"
    assert len(set(line["ranked"])) == 100
    assert summary.measures is not None
    assert summary.measures.recall_1 == 1


def test_gold_outside_the_collection_is_counted_as_not_found(tmp_path: Path) -> None:
    chosen = options(tmp_path)
    written(chosen.queries, [{"id": "q", "question": "备案", "gold": [["elsewhere"]]}])
    summary = ran(chosen)
    assert summary.unknown_gold == 1
    assert summary.measures is not None
    assert summary.measures.recall_100 == 0


@pytest.mark.parametrize(
    ("corpus", "queries", "said"),
    [
        (None, '{"id":"q","question":"问"}', "读不了"),
        ("", '{"id":"q","question":"问"}', "没有条文"),
        ("{", '{"id":"q","question":"问"}', "第 1 行不是 JSON"),
        ('{"id":"a","text":"文"}\n\n[1]', '{"id":"q","question":"问"}', "第 3 行应是"),
        ('{"id":"a","law":"甲法"}', '{"id":"q","question":"问"}', "text"),
        ('{"id":"a","text":3.5e}', '{"id":"q","question":"问"}', "第 1 行不是 JSON"),
        ('{"id":"a","text":"文"}\n{"id":"a","text":"文"}', '{"id":"q","question":"问"}', "重复"),
        ('{"id":"a","text":"  "}', '{"id":"q","question":"问"}', "没有条文"),
        ('{"id":"a","text":"文"}', "", "没有问题"),
        ('{"id":"a","text":"文"}', '{"id":"q"}', "question"),
        ('{"id":"a","text":"文"}', '{"id":"q","question":"问","gold":"a"}', "gold"),
        ('{"id":"a","text":"文"}', '{"id":"q","question":"问","gold":["a"]}', "gold"),
        ('{"id":"a","text":"文"}', "\udcff", "不是 UTF-8"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(
    corpus: str | None, queries: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"corpus": corpus, "queries": queries}
    for name, text in files.items():
        if text is not None:
            (tmp_path / f"{name}.jsonl").write_bytes(text.encode("utf-8", "surrogateescape"))
    args = [part for name in files for part in (f"--{name}", str(tmp_path / f"{name}.jsonl"))]
    assert status([*args, "--out", str(tmp_path / "out.jsonl"), "--index", str(tmp_path / "index")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("错误：")
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("out", [".", "nowhere/out.jsonl", "corpus.jsonl"])
def test_a_target_that_cannot_be_written_is_told_before_the_work(
    out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = options(tmp_path, 3)
    args = ["--corpus", chosen.corpus, "--queries", chosen.queries, "--out", tmp_path / out]
    assert status([*map(str, args), "--index", str(tmp_path / "index")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "index").exists()
