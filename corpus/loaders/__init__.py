"""Files of every kind → lines of text, each read in a process with limits of its own."""
