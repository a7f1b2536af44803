"""Adding documents of the user's own, taking them away, and comparing versions."""
