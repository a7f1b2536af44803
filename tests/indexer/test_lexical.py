"""The lexical index: terms, BM25 against bm25s and against brute force, files."""

import math
from collections import Counter
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexBroken
from indexer.lexical import LexicalIndex, tokenize

TEXTS = [
    "国内首创产品按合同金额的30%给予补贴",
    "首创产品补贴不超过300万元",
    "孵化器房租补贴",
    "加氢站建设补助500万元",
    "",
    "。，；",
]

WORDS = st.text(st.sampled_from("支持企业首创产品补贴万元3a0。 "), max_size=25)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("首创产品", ["首", "创", "产", "品", "首创", "创产", "产品"]),
        ("补贴，合同", ["补", "贴", "补贴", "合", "同", "合同"]),
        ("30%", ["30"]),
        ("１，２００万元", ["1200", "万", "元", "万元"]),
        ("1,200 和 1，20", ["1200", "和", "1", "20"]),
        ("PCT专利", ["pct", "专", "利", "专利"]),
        ("ＬＰＲ 5G C2M", ["lpr", "5g", "c2m"]),
        ("1.5倍", ["1.5", "倍"]),
        ("〔2022〕5号", ["2022", "5", "号"]),
        ("第 五 条", ["第", "五", "条"]),
        ("gas turbine", ["gas", "turbine"]),
        ("", []),
        ("\x00\ud800 …？", []),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


def test_width_and_case_do_not_matter() -> None:
    assert tokenize("ＰＣＴ（１２３）万元") == tokenize("pct(123)万元")


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(WORDS, min_size=1, max_size=8), question=WORDS)
def test_scores_are_those_of_the_formula(texts: list[str], question: str) -> None:
    found = dict(LexicalIndex.build(texts).query(question, len(texts)))
    bags = [Counter(tokenize(text)) for text in texts]
    average = max(sum(bag.total() for bag in bags) / len(bags), 1)
    for place, bag in enumerate(bags):
        expected = 0.0
        for term in tokenize(question):
            holders = sum(term in other for other in bags)
            idf = math.log(1 + (len(bags) - holders + 0.5) / (holders + 0.5))
            norm = 1.5 * (0.25 + 0.75 * bag.total() / average)
            expected += idf * bag[term] / (bag[term] + norm)
        assert found.get(place, 0.0) == pytest.approx(expected, rel=1e-4)


def test_ranking_agrees_with_bm25s() -> None:
    texts = TEXTS[:4]
    reference = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    reference.index([tokenize(text) for text in texts], show_progress=False)
    index = LexicalIndex.build(texts)
    for question in ("首创产品补贴多少", "加氢站", "30%的合同"):
        known = [term for term in tokenize(question) if term in reference.vocab_dict]
        expected = reference.get_scores(known)
        found = dict(index.query(question, len(texts)))
        assert [found.get(place, 0.0) for place in range(len(texts))] == pytest.approx(
            list(expected), rel=1e-4
        )


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(WORDS, max_size=8), question=WORDS, k=st.integers(-1, 9))
def test_hits_are_positive_ordered_and_at_most_k(texts: list[str], question: str, k: int) -> None:
    index = LexicalIndex.build(texts)
    everything = index.query(question, len(texts))
    hits = index.query(question, k)
    assert all(score > 0 for _, score in everything)
    assert everything == sorted(everything, key=lambda hit: (-hit[1], hit[0]))
    assert hits == everything[: max(k, 0)]


def test_unknown_words_find_nothing() -> None:
    assert LexicalIndex.build(TEXTS).query("蚂蚁搬家 xyz", 10) == []


def test_only_allowed_places_are_found() -> None:
    index = LexicalIndex.build(TEXTS)
    allowed = np.array([False, True, False, True, False, False])
    assert [place for place, _ in index.query("首创产品补贴", 10)] == [1, 0, 2, 3]
    assert [place for place, _ in index.query("首创产品补贴", 10, allowed)] == [1, 3]


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(TEXTS))
    for question in ("首创产品补贴", "500万元", "没有"):
        assert loaded.query(question, 10) == index.query(question, 10)


@pytest.mark.parametrize("name", ["terms", "starts", "places", "scores"])
@pytest.mark.parametrize("damage", ["cut", "empty", "missing", "short"])
def test_damaged_files_are_noticed(tmp_path: Path, name: str, damage: str) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    path = tmp_path / f"{name}.npy"
    match damage:
        case "cut":
            path.write_bytes(path.read_bytes()[:-9])
        case "empty":
            path.write_bytes(b"")
        case "missing":
            path.unlink()
        case "short":
            np.save(path, np.load(path)[:-1])
    with pytest.raises(IndexBroken, match="zhengce index build"):
        LexicalIndex.load(tmp_path, len(TEXTS))


def test_scores_count_each_term_once_and_agree_with_the_query() -> None:
    index = LexicalIndex.build(TEXTS)
    terms = tokenize("首创产品补贴")
    once = index.scores(terms)
    assert {place: pytest.approx(score) for place, score in index.query("首创产品补贴", 10)} == {
        place: score for place, score in enumerate(once.tolist()) if score
    }
    assert np.array_equal(index.scores([*terms, *terms, "龘"]), once)
    assert not index.scores([]).any()
