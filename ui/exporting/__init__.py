"""Conversations as files, citations as footnotes."""
