"""The lexicon holds general words, each reachable and none contradicting another."""

import re
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

import corpus.lexicon
from corpus.catalog import load_corpus
from corpus.folding import fold
from corpus.lexicon import Lexicon, Outside, load_lexicon

LEXICON = load_lexicon()


def plain(text: str) -> str:
    """Folded and without quotation marks, which the texts set at will."""
    return fold(text).translate(str.maketrans("", "", '“”"()'))


WORDS = plain("".join(unit.text for document in load_corpus().documents for unit in document.units))
PATTERNS = {
    "district_own": LEXICON.district_own,
    "mentioned": LEXICON.mentioned,
    "injection": LEXICON.injection,
    "writing": LEXICON.writing,
    "chitchat": LEXICON.chitchat,
    "notice_bound": tuple(bound.asks for bound in LEXICON.notice_bound),
}
NEVER_POLICY = [*LEXICON.injection, *LEXICON.writing, *LEXICON.chitchat]
YAML_FILES = sorted(path.name for path in Path(corpus.lexicon.__file__).parent.glob("*.yaml"))
LISTS = {
    "fillers": LEXICON.fillers,
    "amount_cues": LEXICON.amount_cues,
    "elsewhere": LEXICON.elsewhere,
    "home": LEXICON.home,
    "bystanders": LEXICON.bystanders,
    "districts": LEXICON.districts,
    "help with fraud": LEXICON.fraud.help,
    "forgery": LEXICON.fraud.forgery,
    "consequences of fraud": LEXICON.fraud.consequences,
    **{f"intent {name}": cues for name, cues in LEXICON.intents.items()},
    **{f"outside {topic.words[0]}": topic.words for topic in LEXICON.outside},
}


@pytest.mark.parametrize("file", YAML_FILES)
def test_no_key_is_written_twice(file: str) -> None:
    loaded = YAML(typ="safe").load(Path(corpus.lexicon.__file__).parent / file)
    assert loaded


@pytest.mark.parametrize(("spoken", "terms"), LEXICON.synonyms.items())
def test_a_colloquial_word_leads_to_words_of_the_texts(spoken: str, terms: str) -> None:
    assert fold(spoken)
    assert [term for term in terms.split() if plain(term) in WORDS]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_words_and_none_of_them_twice(name: str) -> None:
    words = [fold(word) for word in LISTS[name]]
    assert all(words)
    assert [word for word, times in Counter(words).items() if times > 1] == []


def test_a_place_is_not_both_at_home_and_elsewhere() -> None:
    assert not set(LEXICON.home) & set(LEXICON.elsewhere)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_compiles_and_is_written_once_over_folded_text(name: str) -> None:
    assert all(re.compile(pattern) for pattern in PATTERNS[name])
    assert len(set(PATTERNS[name])) == len(PATTERNS[name])
    assert [pattern for pattern in PATTERNS[name] if re.search(r" |[，；？！（）]", pattern)] == []


def test_no_title_or_heading_looks_like_chitchat_injection_or_another_place() -> None:
    documents = load_corpus().documents
    titles = [fold(document.title) for document in documents]
    headings = [fold(unit.heading) for document in documents for unit in document.units]
    never = [re.compile(pattern) for pattern in NEVER_POLICY]
    assert [text for text in (*titles, *headings) if any(pattern.search(text) for pattern in never)] == []
    assert [word for word in LEXICON.elsewhere if any(fold(word) in title for title in titles)] == []


@pytest.mark.parametrize("topic", LEXICON.outside, ids=lambda topic: topic.words[0])
def test_a_topic_outside_has_a_reason_and_words_that_no_title_holds(topic: Outside) -> None:
    titles = [fold(document.title) for document in load_corpus().documents]
    assert topic.reason.strip()
    assert [word for word in topic.words if any(fold(word) in title for title in titles)] == []


@pytest.mark.parametrize(
    "change",
    [{"synonym": {}}, {"home": "北京"}, {"outside": [{"words": ["税"]}]}, {"synonyms": {"补多少": ["支持"]}}],
)
def test_an_unknown_key_or_a_wrong_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Lexicon.model_validate({**LEXICON.model_dump(), **change})


def test_the_lexicon_survives_its_own_form() -> None:
    assert Lexicon.model_validate(LEXICON.model_dump()) == LEXICON
