"""Keeping an installation current and safe: backup, restore, what expires, which rules are stale, what arrives."""
