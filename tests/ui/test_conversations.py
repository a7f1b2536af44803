"""What is kept of each browser's conversations."""

from pathlib import Path

import pytest

from corpus.errors import BackendFault
from tests.ui.fakes import reply
from ui.conversations import Conversations

ME, OTHER = "a" * 32, "b" * 32


def begun(store: Conversations, question: str = "问题") -> str:
    key = store.begin(ME, question)
    turn = store.ask(key, question)
    store.answered(turn, reply(question))
    return key


def test_an_answer_comes_back_as_it_was(conversations: Conversations) -> None:
    key = begun(conversations)
    (turn,) = conversations.turns(key)
    assert turn.reply == reply("问题")


def test_it_survives_being_opened_again(tmp_path: Path) -> None:
    file = tmp_path / "c.sqlite3"
    key = begun(Conversations.open(file))
    assert [one.id for one in Conversations.open(file).listed(ME)] == [key]


def test_nothing_of_another_browser_is_found_renamed_shared_or_deleted(conversations: Conversations) -> None:
    key = begun(conversations)
    conversations.rename(OTHER, key, "别人改的")
    conversations.share(OTHER, key)
    conversations.delete(OTHER, key)
    assert conversations.listed(OTHER) == []
    assert conversations.one(OTHER, key) is None
    mine = conversations.one(ME, key)
    assert mine is not None
    assert (mine.title, mine.share) == ("问题", None)


def test_search_looks_at_titles_and_questions_and_takes_signs_as_they_are(
    conversations: Conversations,
) -> None:
    key = begun(conversations, "首创产品")
    conversations.answered(conversations.ask(key, "涨了100%吗"), None)
    begun(conversations, "别的")
    assert [one.id for one in conversations.listed(ME, "100%")] == [key]
    assert [one.id for one in conversations.listed(ME, "首创")] == [key]
    assert conversations.listed(ME, "%_%") == []


def test_a_link_lives_until_it_is_taken_back(conversations: Conversations) -> None:
    key = begun(conversations)
    conversations.share(ME, key)
    share = conversations.listed(ME)[0].share
    assert share is not None
    assert conversations.shared(share) is not None
    conversations.unshare(ME, key)
    assert conversations.shared(share) is None


def test_deleting_takes_the_turns_along(conversations: Conversations) -> None:
    key = begun(conversations)
    conversations.delete(ME, key)
    assert conversations.turns(key) == []


def test_a_copy_is_ones_own(conversations: Conversations) -> None:
    key = begun(conversations)
    copy = conversations.copy(OTHER, key)
    assert [turn.reply for turn in conversations.turns(copy)] == [reply("问题")]
    conversations.delete(ME, key)
    assert len(conversations.turns(copy)) == 1


def test_a_file_that_cannot_be_used_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BackendFault, match="对话记录不能使用"):
        Conversations.open(tmp_path / "file" / "c.sqlite3")
