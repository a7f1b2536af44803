"""Words of users and files in labels, where Streamlit would read Markdown."""

__all__ = ["plain"]

_SIGNS = r"\`*_{}[]<>#|~$:!"
_LONGEST = 80


def plain(text: str) -> str:
    """The words as a label that shows them as they are."""
    return "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in text[:_LONGEST])
