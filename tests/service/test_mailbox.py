"""Deliveries, letters and leases in SQLite and PostgreSQL, with several workers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Engine

from assistant.service.store.mailbox import Mailbox, Replied
from assistant.service.store.store import Store
from assistant.service.store.tables import DeliveryRow
from tests.service.test_store import engine

__all__ = ["engine"]

T = TypeVar("T")


@pytest.fixture
def box(engine: Engine) -> Mailbox:
    Store(engine).prepare()
    return Mailbox(engine)


def taken(key: str, user: str = "u", ago: float = 1) -> DeliveryRow:
    past = datetime.now(UTC) - timedelta(seconds=ago)
    return DeliveryRow(
        key=key,
        channel="c",
        user=user,
        question="问",
        state="waiting",
        lease_until=past,
        reply=None,
        created_at=past,
    )


def at_once(work: Callable[[int], T], times: int = 6) -> list[T]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(work, range(times)))


def later(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_of_deliveries_at_once_one_is_the_first(box: Mailbox) -> None:
    claims = at_once(lambda n: box.claim(taken("key"), f"stamp {n}", later()))
    assert [claim.is_first for claim in claims if claim].count(True) == 1
    assert len({claim.delivery.page_id for claim in claims if claim}) == 1


def test_of_messages_with_one_stamp_one_is_taken(box: Mailbox) -> None:
    claims = at_once(lambda n: box.claim(taken(f"key {n}"), "stamp", None))
    assert sum(claim is not None for claim in claims) == 1


def test_what_was_left_is_taken_over_once(box: Mailbox) -> None:
    for number in range(8):
        box.claim(taken(f"key {number}"), f"stamp {number}", None)
    rows = [row.key for rows in at_once(lambda _: box.take_stale("c", later())) for row in rows]
    assert sorted(rows) == [f"key {number}" for number in range(8)]


def test_what_is_settled_is_settled_once_and_pushed_once(box: Mailbox) -> None:
    box.claim(taken("key"), "stamp", None)
    assert box.postpone("key", later())
    assert not box.reply("key", Replied("too late"))
    assert sum(at_once(lambda n: box.finish("key", Replied(f"{n}"), push=True))) == 1
    (letter,) = box.letters()
    delivery = box.delivery("key")
    assert delivery is not None
    assert (delivery.state, delivery.reply) == ("pushed", letter.text)
    assert not box.postpone("key", later())


def test_a_letter_waits_parks_and_goes(box: Mailbox) -> None:
    box.claim(taken("key"), "stamp", None)
    box.postpone("key", later())
    box.finish("key", Replied("答"), push=True)
    (letter,) = box.due("c", 10)
    box.keep_letter(letter.number, "due", later(), "x" * 500)
    assert box.due("c", 10) == []
    box.keep_letter(letter.number, "parked", later(), "45015")
    box.claim(taken("other", "another"), "s2", None)
    assert box.due("c", 10) == []
    box.claim(taken("next"), "s3", None)
    (letter,) = box.due("c", 10)
    assert (letter.attempts, letter.error) == (2, "45015")
    box.sent(letter.number)
    assert box.letters() == []


def test_one_leads_until_it_resigns_or_is_late(box: Mailbox) -> None:
    assert sum(at_once(lambda n: box.lead("c", str(n), 30))) == 1
    assert box.lead("d", "one", 30)
    assert box.lead("d", "one", 30)
    assert not box.lead("d", "other", 30)
    box.resign("d", "one")
    assert box.lead("d", "other", -1)
    assert box.lead("d", "one", 30)


def test_what_is_old_is_purged(box: Mailbox) -> None:
    old = timedelta(days=8).total_seconds()
    box.claim(taken("old", ago=old), "s1", later(-1))
    claim = box.claim(taken("new"), "s2", later())
    assert claim is not None
    box.purge()
    assert box.delivery("old") is None
    assert box.delivery("new") is not None
    assert box.page(claim.delivery.page_id or "") is not None


def test_who_leaves_takes_everything_along(box: Mailbox) -> None:
    for user in ("a", "b"):
        box.claim(taken(user, user), user, None)
        box.postpone(user, later())
        box.finish(user, Replied("答"), push=True)
    box.forget("c", "a")
    assert [letter.user for letter in box.letters()] == ["b"]
    assert box.delivery("a") is None
