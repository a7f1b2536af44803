"""The steps of the database's schema, oldest first; Alembic runs those that are missing at start."""
