"""Step 4: evidence and calculation → words."""
