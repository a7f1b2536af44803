"""The page: a Streamlit workplace over the assistant, in this process or by the URL of its API."""
