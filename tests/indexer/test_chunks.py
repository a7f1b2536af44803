"""Chunks: nothing of a unit is lost, everything fits the model, ids stay."""

import dataclasses
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.catalog import Corpus, load_corpus
from corpus.entries import Correction
from corpus.folding import squeeze
from corpus.model import Clause, ClauseKind, Document, Unit
from indexer.chunks import Chunk, chunk_document
from indexer.embeddings import load_embedder
from tests.indexer.fakes import small_corpus

FINE_CHARS = 120
KEYS = [document.key for document in load_corpus().documents]


def per_character(text: str) -> int:
    return len(text)


def chunks_of(document: Document, corpus: Corpus | None = None) -> list[Chunk]:
    return chunk_document(document, corpus or small_corpus(), per_character)


def clause(path: str, text: str, kind: ClauseKind = ClauseKind.ITEM) -> Clause:
    return Clause(path, kind, "", text, ())


def document_of(*units: Unit, title: str = "某办法") -> Document:
    return Document("某", "", title, "", (), None, units)


def unit_of(text: str, *children: Clause, heading: str = "", chapter: str = "") -> Unit:
    return Unit("某", "第一条", heading, chapter, text, (), children)


def cuts(chunks: list[Chunk]) -> tuple[list[Chunk], list[Chunk]]:
    """The wide and the fine cut; a wide chunk of a clause's size stands for the same fine one."""
    return [c for c in chunks if c.wide], [c for c in chunks if not c.wide or len(c.text) <= FINE_CHARS]


def covers(chunks: list[Chunk], text: str) -> bool:
    """Whether every character of `text` lies in an occurrence of some chunk."""
    marked = [False] * len(text)
    for chunk in chunks:
        at = text.find(chunk.text)
        while at >= 0:
            marked[at : at + len(chunk.text)] = [True] * len(chunk.text)
            at = text.find(chunk.text, at + 1)
    return all(marked)


@pytest.mark.parametrize("key", KEYS)
def test_both_cuts_hold_every_phrase_of_every_unit(key: str) -> None:
    corpus = load_corpus()
    document = corpus.document(key)
    chunks = chunks_of(document, corpus)
    assert list(dict.fromkeys(chunk.unit for chunk in chunks)) == [unit.label for unit in document.units]
    for unit in document.units:
        for cut in cuts([chunk for chunk in chunks if chunk.unit == unit.label]):
            words = squeeze("".join(chunk.passage for chunk in cut))
            lost = [phrase for phrase in phrases(unit) if squeeze(corpus.corrected(phrase)) not in words]
            assert lost == []


def phrases(unit: Unit) -> list[str]:
    leaves = [part.text for part in unit.walk() if not part.children] or [unit.text]
    return [text for leaf in leaves for text in re.split(r"(?<=[。；;，,、：:])|\n", leaf) if text.strip()]


def test_passages_stay_below_the_models_limit(model) -> None:
    embedder = load_embedder(None, model.parents[1], lambda _: None)
    corpus = load_corpus()
    for document in corpus.documents:
        for chunk in chunk_document(document, corpus, embedder.count_tokens):
            assert embedder.count_tokens(chunk.passage) < 512


def test_ids_are_unique_and_orders_run_on_through_the_corpus() -> None:
    corpus = load_corpus()
    chunks: list[Chunk] = []
    for document in corpus.documents:
        chunks += chunk_document(document, corpus, per_character, first=len(chunks))
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert [chunk.order for chunk in chunks] == list(range(len(chunks)))


@pytest.mark.parametrize("key", KEYS)
def test_paths_name_clauses_of_their_own_unit(key: str) -> None:
    corpus = load_corpus()
    for chunk in chunks_of(corpus.document(key), corpus):
        assert chunk.path.startswith(chunk.unit)
        corpus.clause(key, chunk.path)


def test_a_changed_unit_leaves_the_other_ids_as_they_were() -> None:
    corpus = load_corpus()
    document = corpus.document("2022-05")
    amended = {"text": "第十一条 本条已经整个改写。", "children": ()}
    changed = [dataclasses.replace(u, **amended) if u.label == "第十一条" else u for u in document.units]
    before = {chunk.id for chunk in chunks_of(document, corpus)}
    after = {
        chunk.id: chunk for chunk in chunks_of(dataclasses.replace(document, units=tuple(changed)), corpus)
    }
    assert {chunk.unit for key, chunk in after.items() if key not in before} == {"第十一条"}
    kept = [key for key, chunk in after.items() if chunk.unit != "第十一条"]
    assert before.issuperset(kept)


def test_equal_words_in_one_place_get_different_ids() -> None:
    sentence = "申请单位应当对材料的真实性负责，不得重复申报，也不得虚报冒领。" * 3
    parts = [clause("第一条（一）", sentence), clause("第一条（一）", sentence)]
    chunks = chunks_of(document_of(unit_of("\n".join(part.text for part in parts), *parts)))
    repeated = [chunk for chunk in chunks if chunk.text == sentence]
    assert len(repeated) == 2
    assert len({chunk.id for chunk in repeated}) == 2
    assert len({chunk.digest for chunk in repeated}) == 1


def test_corrections_reach_the_searched_words() -> None:
    words = "开展生物安全的风评估服务。"
    fault = Correction(file="x", near="生物安全的风评估服务", wrong="风评估", right="风险评估", why="漏字")
    corpus = Corpus((), {}, {}, (fault,))
    (chunk,) = chunks_of(document_of(unit_of(words)), corpus)
    assert chunk.text == "开展生物安全的风险评估服务。"


def test_context_names_document_chapter_heading_and_what_announces_the_items() -> None:
    lead = "申请单位应当同时符合下列各项条件："
    items = [
        clause(f"第一条（{n}）", f"（{n}）" + "注册地和主要经营地在本市行政区域内。" * 5) for n in "一二三"
    ]
    opening = clause("第一条", lead, ClauseKind.SENTENCE)
    text = "\n".join([lead, *(item.text for item in items)])
    unit = unit_of(text, opening, *items, heading="申请条件", chapter="第一章 总则 / 第二节 申请")
    chunks = chunks_of(document_of(unit, title="某某办法"))
    assert [chunk.context for chunk in chunks if chunk.path == "第一条（二）"] == [
        "《某某办法》 第一章 总则 第二节 申请 第一条 申请条件 申请单位应当同时符合下列各项条件"
    ]


def test_headings_inside_the_unit_stand_in_the_context_of_its_clauses() -> None:
    corpus = load_corpus()
    chunks = chunks_of(corpus.document("2022-05"), corpus)
    amounts = [chunk for chunk in chunks if chunk.path == "第五条（三）1（2）"]
    assert amounts
    assert all("支持方式及金额" in chunk.context for chunk in amounts)


def test_short_units_make_one_chunk() -> None:
    (chunk,) = chunks_of(document_of(unit_of("第一条 本办法由市科委负责解释。")))
    assert chunk.wide
    assert chunk.path == "第一条"
    assert chunk.passage == "《某办法》\n第一条 本办法由市科委负责解释。"


@pytest.mark.parametrize("text", ["", "  \n "])
def test_units_without_words_make_no_chunk(text: str) -> None:
    assert chunks_of(document_of(unit_of(text))) == []


CHARACTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("。；，：、\n1a")


@settings(max_examples=60, deadline=None)
@given(text=st.text(CHARACTERS, min_size=1, max_size=3000).filter(str.strip))
def test_any_text_is_cut_without_loss_into_pieces_that_fit(text: str) -> None:
    chunks = chunks_of(document_of(unit_of(text)))
    wide, fine = cuts(chunks)
    assert "".join(chunk.text for chunk in wide) == text
    assert covers(fine, text)
    assert all(len(chunk.passage) <= 500 for chunk in chunks)


@settings(max_examples=40, deadline=None)
@given(lengths=st.tuples(*[st.integers(1, 700)] * 4))
@example(lengths=(1, 1, 1, 608))
def test_headings_of_any_length_leave_room_for_the_text_and_keep_their_words(
    lengths: tuple[int, int, int, int],
) -> None:
    title, chapter, heading, inner = (
        "".join(chr(0x4E00 + 1000 * n + i) for i in range(size)) for n, size in enumerate(lengths)
    )
    point = clause("第一条（一）1", "1." + "企业注册地在本市。" * 30)
    item = dataclasses.replace(
        clause("第一条（一）", f"（一）{inner}：\n{point.text}"), heading=inner, children=(point,)
    )
    unit = unit_of(f"第一条 {heading}：\n{item.text}", item, heading=heading, chapter=chapter)
    chunks = chunks_of(document_of(unit, title=title))
    assert all(len(chunk.passage) <= 500 for chunk in chunks)
    for cut in cuts(chunks):
        assert len(cut) < 40
        texts = "".join(chunk.text for chunk in cut)
        assert texts.count("企业注册地在本市") >= 30
        for long in (part for part in (heading, inner) if len(part) > 80):
            assert long in texts


def test_a_long_heading_is_text_and_announces_only_by_its_last_sentence() -> None:
    heading = "本办法支持资金申报采取公开征集、定向组织等方式。" * 5 + "公开征集项目包括以下环节"
    item = clause("第一条（一）", "（一）发布通知。" + "发布年度申报通知，明确申报要求。" * 10)
    chunks = chunks_of(document_of(unit_of(f"第一条 {heading}：\n{item.text}" * 2, item, heading=heading)))
    assert {chunk.context for chunk in chunks if chunk.path == "第一条（一）"} == {
        "《某办法》 第一条 公开征集项目包括以下环节"
    }
    assert heading in "".join(chunk.text for chunk in chunks if not chunk.wide)


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=12))
def test_items_of_any_size_are_in_both_cuts(sizes: list[int]) -> None:
    items = [
        clause(f"第一条（{n}）", f"（{n}）{chr(0x4E00 + n) * size}。") for n, size in enumerate(sizes, 1)
    ]
    unit = unit_of("\n".join(item.text for item in items), *items)
    wide, fine = cuts(chunks_of(document_of(unit)))
    for item in items:
        assert item.text in "".join(chunk.text for chunk in wide)
        assert item.text in "".join(chunk.text for chunk in fine)


def test_the_wide_cut_alone_is_the_wide_part_of_both() -> None:
    items = [clause(f"第一条（{n}）", f"（{n}）{'支持企业研发。' * 12}") for n in range(1, 6)]
    document = document_of(unit_of("\n".join(item.text for item in items), *items))
    both = chunks_of(document)
    alone = chunk_document(document, Corpus((), {}, {}, ()), per_character, fine=False)
    assert [chunk.passage for chunk in alone] == [chunk.passage for chunk in both if chunk.wide]
    assert not all(chunk.wide for chunk in both)
