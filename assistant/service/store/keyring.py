"""The keys that were given out, and how many questions their owners asked today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assistant.service.keys import Scope, digest_of, id_of, new_key
from assistant.service.store.audit import audited
from assistant.service.store.sessions import Sessions
from assistant.service.store.tables import KeyRow, UsageRow
from corpus.errors import InvalidInput

__all__ = ["Keyring", "Wanted"]

_BY_COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key to be made. What is None is taken over from the key that it replaces, or left to the service."""

    name: str | None = None
    scopes: Sequence[Scope] | None = None
    rate_limit: int | None = None
    daily_quota: int | None = None
    expires_at: datetime | None = None


class Keyring:
    """All keys; safe to share by threads and processes. Raises SQLAlchemyError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = Sessions(engine)

    def create(self, wanted: Wanted) -> tuple[str, KeyRow]:
        """A new key, which is not kept, and what is kept of it."""
        with self._sessions.write() as session:
            return self._added(session, wanted, None)

    def replace(self, old: str, wanted: Wanted, overlap: timedelta) -> tuple[str, KeyRow]:
        """A new key to the same data; the old one ends after `overlap`. Raises InvalidInput."""
        until = _now() + overlap
        with self._sessions.write() as session:
            before = _known(session, old)
            if before.revoked_at is not None:
                raise InvalidInput(f"密钥 {old} 已作废，不能由它换新。请新建一个密钥")
            before.expires_at = min(before.expires_at or until, until)
            return self._added(session, wanted, before)

    def revoke(self, key: str) -> None:
        """End a key for good; raises InvalidInput for one that is not there."""
        with self._sessions.write() as session:
            row = _known(session, key)
            if row.revoked_at is None:
                row.revoked_at = _now()
                session.add(audited(_BY_COMMAND, "key.revoke", key))

    def all(self) -> list[KeyRow]:
        """Every key that was ever given out, oldest first."""
        with self._sessions.read() as session:
            return list(session.scalars(select(KeyRow).order_by(KeyRow.created_at, KeyRow.id)))

    def find(self, key: str) -> KeyRow | None:
        """What is kept of the key with this id."""
        with self._sessions.read() as session:
            return session.get(KeyRow, key)

    def is_empty(self) -> bool:
        """Whether no key was ever given out."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count()).select_from(KeyRow)) == 0

    def spend(self, owner: str, day: date, quota: int) -> bool:
        """Count one question of the day; False, and nothing counted, where the quota is used up."""
        with self._sessions.write() as session:
            is_postgres = session.get_bind().dialect.name == "postgresql"
            insert = postgresql.insert if is_postgres else sqlite.insert
            counted = (
                insert(UsageRow)
                .values(owner=owner, day=day, used=1)
                .on_conflict_do_update(
                    index_elements=[UsageRow.owner, UsageRow.day],
                    set_={"used": UsageRow.used + 1},
                    where=UsageRow.used < quota,
                )
                .returning(UsageRow.used)
            )
            return session.scalar(counted) is not None

    def give_back(self, owner: str, day: date) -> None:
        """Uncount a question that was not answered."""
        mine = update(UsageRow).where(UsageRow.owner == owner, UsageRow.day == day, UsageRow.used > 0)
        with self._sessions.write() as session:
            session.execute(mine.values(used=UsageRow.used - 1))

    def used(self, day: date) -> dict[str, int]:
        """How many questions each owner asked on a day, where that is limited."""
        rows = select(UsageRow.owner, UsageRow.used).where(UsageRow.day == day)
        with self._sessions.read() as session:
            return {str(owner): used for owner, used in session.execute(rows)}

    @staticmethod
    def _added(session: Session, wanted: Wanted, before: KeyRow | None) -> tuple[str, KeyRow]:
        key = new_key()
        name = id_of(key) or ""
        scopes = wanted.scopes or (before.scopes if before else (Scope.ASK, Scope.READ))
        rate, quota = wanted.rate_limit, wanted.daily_quota
        row = KeyRow(
            id=name,
            name=wanted.name or (before.name if before else ""),
            owner=before.owner if before else f"key-{name}",
            digest=digest_of(key),
            scopes=[str(scope) for scope in Scope if scope in scopes],
            rate_limit=before.rate_limit if rate is None and before else rate,
            daily_quota=(before.daily_quota if before else 0) if quota is None else quota,
            created_at=_now(),
            expires_at=wanted.expires_at,
            revoked_at=None,
        )
        session.add(row)
        session.add(audited(_BY_COMMAND, "key.create", name))
        return key, row


def _known(session: Session, key: str) -> KeyRow:
    row = session.get(KeyRow, key)
    if row is None:
        raise InvalidInput(f"没有编号为“{key}”的密钥。用 zhengce keys list 查看编号")
    return row


def _now() -> datetime:
    return datetime.now(UTC)
