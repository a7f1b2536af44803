"""`zhengce eval bench`: the parts that need no minutes, on real indexes of a few articles."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from assistant.bootstrap import build
from assistant.cli import main
from assistant.settings import Settings
from corpus.catalog import load_corpus
from corpus.errors import InvalidInput, ZhengceError
from evals.apart import run_apart
from evals.bench.clients import load, served
from evals.bench.cold import seconds_to_answer, seconds_to_embed
from evals.bench.figures import STAGES, Bench, BuildTime, Cold, Growth, Load, Own, Question
from evals.bench.growth import AskedSize, BuiltSize, Job, synthetic, taken
from evals.bench.own import answered, with_one_change
from evals.bench.run import Options, run
from evals.bench.tables import markdown, print_tables, write
from evals.fresh import fresh_settings
from evals.machine import origin, peak_megabytes, resident_megabytes
from evals.outside.lines import Article
from evals.times import TimedEmbedder, Times
from indexer.embeddings import load_embedder
from tests.assistant import conftest as shared
from tests.evals.outside.building import many, written
from tests.indexer.fakes import FakeEmbedder

settings = shared.settings
QUESTIONS = (
    Question(question="首创产品补多少？"),
    Question(question="那第二年呢", history=("租房补多少？",)),
)


def articles(count: int) -> list[Article]:
    return [Article.model_validate(line) for line in many(count)]


def bench() -> Bench:
    built = BuildTime(seconds=9, embedding_seconds=7, embedded=900)
    times, bare = Times(p50=6, p95=9), Times(p50=4, p95=5)
    own = Own(
        documents=17,
        chunks=1288,
        built=built,
        unchanged=built,
        changed=built,
        index_megabytes=5,
        stages=dict.fromkeys(STAGES, times),
        answer=times,
        bare=bare,
        peak_megabytes=500,
    )
    load = Load(clients=4, answers=10, per_second=8, latency=times, bare_per_second=16, server_megabytes=450)
    growth = Growth(
        articles=30,
        synthetic=10,
        chunks=31,
        built=built,
        added=built,
        index_megabytes=1,
        query=times,
        bare=bare,
        peak_megabytes=300,
    )
    return Bench(
        origin=origin(),
        model="e5",
        questions=10,
        own=own,
        cold=Cold(runs=5, answer=1.5, bare=0.5, ready=2.5),
        loads=(load,),
        growth=(growth,),
        beside={"langchain": 0.9},
    )


def test_a_size_is_built_extended_and_asked_in_processes_of_their_own(
    settings: Settings, tmp_path: Path
) -> None:
    home = fresh_settings(settings, tmp_path / "home").home
    job = Job(
        step="build",
        home=home,
        articles=written(tmp_path / "corpus.jsonl", many(20)),
        queries=None,
        size=30,
        questions=5,
    )
    built = run_apart("evals.bench.growth", job, BuiltSize)
    assert built.built.embedded == built.chunks == 30
    assert built.added.embedded == 1
    assert 0 < built.built.embedding_seconds < built.built.seconds
    asked = run_apart("evals.bench.growth", job.model_copy(update={"step": "ask"}), AskedSize)
    assert asked.query.p50 > 0
    assert asked.bare.p50 > 0
    assert asked.peak_megabytes > 50


def test_articles_beyond_the_collection_are_made_up_alike_each_time() -> None:
    given = articles(7)
    more = taken(given, 20)
    assert more[:7] == given
    assert len({one.id for one in more}) == len({(one.law, one.article) for one in more}) == 20
    assert taken(given, 20) == more
    assert next(synthetic(given)).law != given[0].law


def test_what_a_failing_process_says_last_is_in_the_error(tmp_path: Path) -> None:
    job = Job(
        step="build", home=tmp_path, articles=tmp_path / "none.jsonl", queries=None, size=1, questions=1
    )
    with pytest.raises(ZhengceError, match=r"none\.jsonl"):
        run_apart("evals.bench.growth", job, BuiltSize)


def test_stages_add_up_to_the_answer_and_hold_the_embedding_apart(settings: Settings) -> None:
    embedder = TimedEmbedder(load_embedder(settings.embedding_model, settings.home, print))
    stages, answers, bare = answered(build(settings, open_embedder=lambda: embedder), embedder, QUESTIONS)
    assert list(stages) == list(STAGES)
    assert len(answers) == len(bare) == len(QUESTIONS)
    for number, seconds in enumerate(answers):
        parts = {name: values[number] for name, values in stages.items()}
        assert min(parts.values()) >= 0
        assert parts["embed"] > 0
        assert 0.5 * seconds < sum(parts.values()) <= seconds


def test_one_change_is_of_one_unit() -> None:
    before, after = load_corpus(), with_one_change(load_corpus())
    pairs = zip(before.documents, after.documents, strict=True)
    changed = [one for old, new in pairs for one, two in zip(old.units, new.units, strict=True) if one != two]
    assert len(changed) == 1


def test_a_service_is_started_asked_by_several_and_stopped(settings: Settings, tmp_path: Path) -> None:
    embedder = load_embedder(settings.embedding_model, settings.home, print)
    with served(settings.home, f"sqlite:///{tmp_path}/kept.sqlite3") as server:
        assert server.ready > 0
        under_load = load(server, 2, QUESTIONS * 3, embedder)
    assert server.process.poll() is not None
    assert (under_load.clients, under_load.answers) == (2, 6)
    assert under_load.per_second > 0
    assert under_load.server_megabytes > 50
    assert (tmp_path / "kept.sqlite3").exists()


def test_cold_starts_take_some_time(settings: Settings) -> None:
    assert seconds_to_embed(settings.home, "补多少？", 1) > 0
    assert seconds_to_answer(settings.home, "补多少？", 1) > 0


def test_a_cold_start_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ZhengceError, match="还没有索引"):
        seconds_to_answer(tmp_path, "补多少？", 1)


def test_an_embedder_adds_up_its_own_share() -> None:
    embedder = TimedEmbedder(FakeEmbedder())
    embedder.embed_queries(["一"])
    embedder.embed_passages(["二"])
    assert embedder.taken() > 0
    assert embedder.taken() == 0
    assert (embedder.name, embedder.dimension, embedder.count_tokens("三字文")) == ("fake-1", 32, 3)


def test_percentiles_are_in_milliseconds() -> None:
    assert Times.of([0.001, 0.002, 0.003]) == Times(p50=2.0, p95=3.0)


def test_memory_is_this_programs_own() -> None:
    assert 10 < resident_megabytes() <= peak_megabytes()
    assert resident_megabytes(2**22 + 1) == 0.0


def test_the_tables_show_every_stage_and_ratio(tmp_path: Path) -> None:
    measured = bench()
    console = Console(width=160, record=True, file=(tmp_path / "shown").open("w"))
    print_tables(console, measured)
    for text in (console.export_text(), markdown(measured)):
        for said in (
            *STAGES.values(),
            "1.50",
            "3.00",
            "0.50",
            "30（拟制 10）",
            "LangChain",
            measured.origin.commit,
        ):
            assert said in text
    json_file, markdown_file = write(measured, tmp_path / "out")
    assert Bench.model_validate_json(json_file.read_text()) == measured
    assert markdown_file.read_text() == markdown(measured)


def test_files_that_cannot_be_used_are_said_before_the_long_work(settings: Settings, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"rows": []}))
    with pytest.raises(InvalidInput, match="eval baselines"):
        run(Options(compared=wrong), settings)
    with pytest.raises(InvalidInput, match=r"none\.jsonl"):
        run(Options(outside=tmp_path / "none.jsonl"), settings)


@pytest.mark.parametrize("text", ["0", "1,,2", "几个", "-1"])
def test_numbers_that_are_none_are_one_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["eval", "bench", "--clients", text])
    assert ended.value.code == 2
    assert "正整数" in capsys.readouterr().err
