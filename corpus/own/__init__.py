"""Documents that users add themselves: recognised, confirmed, kept in a folder of their own beside the index."""
