"""Cross-references are found where the text makes them, and can be followed from either end."""

import pytest

from corpus.catalog import load_corpus
from corpus.folding import fold
from corpus.links import Link, LinkKind, Links, find_links
from tests.corpus.checking import pieces

CORPUS = load_corpus()
LINKS = find_links(CORPUS)

# from document and unit, to document and path, kind
EXPECTED = [
    *(
        ("chuangfa-143", "第六条", "chuangfa-143", f"第五条（{item}）", LinkKind.ARTICLE)
        for item in ("一", "二", "三", "四", "五", "六")
    ),
    ("fufa-176", "四（二）", "2022-08", "", LinkKind.DOCUMENT),
    ("2022-04", "二（一）", "2022-05", "", LinkKind.DOCUMENT),
    ("2022-04", "二（四）", "2022-08", "", LinkKind.DOCUMENT),
    ("2022-04", "二（五）", "2022-09", "", LinkKind.DOCUMENT),
    *(("2022-06", "第五条", "2022-06", f"名词解释{number}", LinkKind.FOOTNOTE) for number in (1, 2, 3, 4)),
    *(("2022-06", "第七条", "2022-06", f"名词解释{number}", LinkKind.FOOTNOTE) for number in (5, 6)),
    ("2022-06", "第十一条", "2022-06", "名词解释7", LinkKind.FOOTNOTE),
    ("2022-06", "第十三条", "2022-06", "名词解释8", LinkKind.FOOTNOTE),
    ("jxf-63", "8", "2022-07", "第七条", LinkKind.NAME),
    ("2022-04", "13", "2022-08", "第十三条", LinkKind.NAME),
    ("2022-04", "1", "2022-05", "第七条", LinkKind.NAME),
]

# titles that 4号文 writes with a word more or less than the documents do
NEAR_TITLES = [("二（二）", "2022-06"), ("二（三）", "2022-07")]


@pytest.mark.parametrize(("from_doc", "from_unit", "to_doc", "path", "kind"), EXPECTED)
def test_a_reference_is_found_from_both_ends(
    from_doc: str, from_unit: str, to_doc: str, path: str, kind: LinkKind
) -> None:
    leaving = [
        link for link in LINKS.leaving(from_doc, from_unit) if (link.to_doc, link.path) == (to_doc, path)
    ]
    assert kind in [link.kind for link in leaving]
    if path:
        target = path.split("（")[0]
        assert leaving[0] in LINKS.arriving(to_doc, target)
        assert leaving[0] in LINKS.arriving(to_doc, path)


@pytest.mark.parametrize(("section", "doc"), NEAR_TITLES)
def test_the_framework_leads_to_each_document_that_carries_it_out(section: str, doc: str) -> None:
    assert doc in [
        link.to_doc for link in LINKS.leaving("2022-04", section) if link.kind is LinkKind.DOCUMENT
    ]


def test_the_only_references_to_articles_are_those_of_the_guideline() -> None:
    articles = [link for link in LINKS.all if link.kind is LinkKind.ARTICLE]
    assert {(link.from_doc, link.from_unit) for link in articles} == {("chuangfa-143", "第六条")}
    assert len(articles) == 6


def test_there_are_as_many_footnotes_as_explained_terms() -> None:
    footnotes = [link for link in LINKS.all if link.kind is LinkKind.FOOTNOTE]
    assert [link.path for link in footnotes] == [f"名词解释{number}" for number in range(1, 9)]


@pytest.mark.parametrize("link", LINKS.all, ids=lambda link: f"{link.from_doc}-{link.from_unit}-{link.words}")
def test_a_link_leads_from_its_words_to_something_that_exists(link: Link) -> None:
    source = CORPUS.document(link.from_doc)
    (piece,) = [piece for piece in pieces(source) if piece.label == link.from_unit]
    if link.kind is not LinkKind.FOOTNOTE:
        assert fold(link.words) in fold(piece.text)
    assert CORPUS.document(link.to_doc)
    assert (link.to_doc, link.path) != (link.from_doc, link.from_unit)
    if link.path:
        assert CORPUS.clause(link.to_doc, link.path)


def made(path: str) -> Links:
    return Links((Link("a", "第一条", "b", path, "words", LinkKind.ARTICLE),))


ARRIVALS = [
    pytest.param("第五条（三）1", "第五条", True, id="a clause of the unit"),
    pytest.param("第五条", "第五条", True, id="the unit itself"),
    pytest.param("第五条1", "第五条", True, id="a point of the unit"),
    pytest.param("三（一）", "三", True, id="an item of a topic"),
    pytest.param("第五十条", "第五条", False, id="another article"),
    pytest.param("第五条之一", "第五条", False, id="a supplementary article"),
    pytest.param("名词解释2", "名词解释1", False, id="the next term"),
    pytest.param(
        "19",
        "1",
        False,
        id="a longer number",
    ),
]


@pytest.mark.parametrize(("path", "unit", "arrives"), ARRIVALS)
def test_a_link_arrives_at_a_unit_when_it_leads_to_it_or_into_it(path: str, unit: str, arrives: bool) -> None:
    assert bool(made(path).arriving("b", unit)) is arrives
    assert not made(path).arriving("a", unit)
