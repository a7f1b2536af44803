"""Rows of the audit log."""

from datetime import UTC, datetime

from assistant.service.store.tables import AuditRow

__all__ = ["audited"]


def audited(owner: str, action: str, target: str) -> AuditRow:
    """Who did what to what, now; never any words of users."""
    return AuditRow(at=datetime.now(UTC), owner=owner, action=action, target=target)
