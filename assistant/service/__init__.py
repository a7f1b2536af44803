"""The assistant over HTTP: its own API, and the shapes of OpenAI and Dify."""
