"""Step 5: nothing leaves that cannot be proved, whoever worded it."""
