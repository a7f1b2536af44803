"""Amounts, shares, counts, dates: read from text, exact, with their measure."""
