"""An optional language model: it words what the five steps proved, and nothing it says is shown unproved."""
