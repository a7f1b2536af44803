"""Source text → documents, units, clauses, sentences."""
