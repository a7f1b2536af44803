"""The script that Streamlit runs for each visitor."""

from ui.app import draw

__all__: list[str] = []

draw()
