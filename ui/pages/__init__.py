"""One file a page; each has `page()`, which draws it."""
