"""Step 2: which units answer the question."""
