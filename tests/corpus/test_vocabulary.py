"""Reading a question against the words of the corpus."""

import pytest

from corpus.lexicon import load_lexicon
from corpus.vocabulary import Vocabulary

TEXT = "支持企业获得科技保险服务。按照实际保费的60%给予企业贴费支持。技术经理人登记。"
VOCABULARY = Vocabulary(load_lexicon(), TEXT)


@pytest.mark.parametrize(
    ("question", "words", "strange"),
    [
        ("科技保险能补多少", ("科技保险",), ()),
        ("请问技术经理人的登记要什么条件", ("技术经理人", "登记"), ()),
        ("鹦鹉螺的科技保险呢", ("科技保险",), ("鹦鹉螺",)),
        ("投了300万元多少钱", (), ()),
    ],
)
def test_words_known_and_strange(question: str, words: tuple[str, ...], strange: tuple[str, ...]) -> None:
    reading = VOCABULARY.read(question)
    assert set(words) <= set(reading.words)
    assert reading.strange == strange
    assert reading.unknown == sum(map(len, strange))


def test_words_of_every_policy_question_tell_nothing() -> None:
    assert VOCABULARY.read("企业申请补贴").words == ()
