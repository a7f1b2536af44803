"""Retrieval measured on article corpora from outside the repository."""
