"""Messages of WeChat and 企业微信: deliveries, the outbox, and pages that show an answer."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"

_KEY = sa.String(64)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "deliveries",
        sa.Column("key", _KEY, primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("page_id", _KEY),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("lease_until", _TIME, nullable=False),
        sa.Column("reply", sa.Text),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("deliveries_by_lease", "deliveries", ["channel", "state", "lease_until"])
    op.create_table(
        "stamps",
        sa.Column("stamp", _KEY, primary_key=True),
        sa.Column("delivery", _KEY, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_stamps_at", "stamps", ["at"])
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("delivery", _KEY, nullable=False, unique=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("outbox_due", "outbox", ["channel", "state", "due_at"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("until", _TIME, nullable=False),
    )
    op.create_table(
        "pages",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("answer_id", sa.String(32), sa.ForeignKey("answers.id", ondelete="CASCADE")),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("ix_pages_answer_id", "pages", ["answer_id"])
    op.create_index("ix_pages_expires_at", "pages", ["expires_at"])


def downgrade() -> None:
    """Remove the tables."""
    for name in ("pages", "leases", "outbox", "stamps", "deliveries"):
        op.drop_table(name)
