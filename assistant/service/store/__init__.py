"""What the service keeps: conversations, answers, feedback and the audit log, in SQLite or PostgreSQL."""
