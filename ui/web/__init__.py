"""What Streamlit runs: server, script, theme. Apart from `ui/pages`, which Streamlit would take for its own."""
