"""The vocabulary of rule files and the checks that tie every constant to its quote."""
