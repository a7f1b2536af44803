"""Documents that users add: read, recognised, kept, indexed, answered from, removed."""
