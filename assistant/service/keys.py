"""What a key looks like and what it allows."""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

__all__ = ["Scope", "beijing_day", "digest_of", "id_of", "is_key", "new_key", "seconds_to_next_day"]

_KEY = re.compile(r"zc_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
# No summer time since 1991.
_BEIJING = timezone(timedelta(hours=8))


class Scope(StrEnum):
    """What a key may be used for."""

    ASK = "ask"
    READ = "read"
    ADMIN = "admin"


def new_key() -> str:
    """A new key: a name that may be shown, and 256 random bits."""
    return f"zc_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def id_of(key: str) -> str | None:
    """The part of a key that may be shown, by which it is found; None for what is no key of ours."""
    found = _KEY.fullmatch(key)
    return found and found[1]


def digest_of(key: str) -> str:
    """What is kept of a key. It is random and long: a slow hash would protect it no better."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_key(given: str, digest: str) -> bool:
    """Whether `given` is the key of this digest; takes the same time either way."""
    return hmac.compare_digest(digest_of(given), digest)


def beijing_day(now: datetime | None = None) -> date:
    """The day in Beijing, by which quotas are counted."""
    return (now or datetime.now(UTC)).astimezone(_BEIJING).date()


def seconds_to_next_day(now: datetime | None = None) -> int:
    """Seconds until the next day begins in Beijing, at least one."""
    here = (now or datetime.now(UTC)).astimezone(_BEIJING)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - here).total_seconds()))
