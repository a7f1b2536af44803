"""The password of 管理."""

import pytest

from corpus.errors import InvalidInput
from ui.gate import Gate, hashed


def test_without_a_password_nothing_opens() -> None:
    assert Gate("").closed
    assert not Gate("").opens("")


@pytest.mark.parametrize("secret", ["correct-horse-1", hashed("correct-horse-1")])
def test_the_password_opens_whether_it_or_its_hash_is_set(secret: str) -> None:
    gate = Gate(secret)
    assert gate.opens("correct-horse-1")
    assert not gate.opens("correct-horse-2")
    assert not gate.opens(secret + "x")


def test_a_hash_does_not_open_itself() -> None:
    secret = hashed("correct-horse-1")
    assert not Gate(secret).opens(secret)
    assert hashed("correct-horse-1") != secret


def test_a_hash_that_was_cut_is_said_so() -> None:
    with pytest.raises(InvalidInput, match="散列不完整"):
        Gate("scrypt$abc$d")


def test_five_wrong_ones_close_the_door_for_a_minute() -> None:
    now = [0.0]
    gate = Gate("correct-horse-1", lambda: now[0])
    for _ in range(5):
        assert not gate.opens("wrong")
    with pytest.raises(InvalidInput, match="过一分钟"):
        gate.opens("correct-horse-1")
    now[0] = 61.0
    assert gate.opens("correct-horse-1")
