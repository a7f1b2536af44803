"""A verified draft as the Markdown text of the answer."""

from assistant.draft import Draft

__all__ = ["render"]


def render(draft: Draft) -> str:
    """Conclusion, derivation, quotes with their places, warnings and notes."""
    parts = [f"**{draft.conclusion}**" if "\n" not in draft.conclusion else draft.conclusion]
    if draft.derivation:
        parts.append("**计算过程**\n\n" + "\n".join(f"{i}. {step}" for i, step in enumerate(draft.derivation, 1)))
    if draft.quoted:
        parts.append("**依据**")
        parts += [_block(words, place) for words, place in draft.quoted]
    if draft.warnings:
        parts.append("\n".join(f"⚠ {warning}" for warning in draft.warnings))
    if draft.notes:
        parts.append("\n".join(f"说明：{note}" for note in draft.notes))
    return "\n\n".join(parts)


def _block(words: str, place: str) -> str:
    quoted = "\n".join(f"> {line}  " for line in words.split("\n"))
    return f"{quoted}\n> ——{place}"
