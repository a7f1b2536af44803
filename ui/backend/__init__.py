"""All that the page knows of the assistant: one interface, in this process or over HTTP."""
