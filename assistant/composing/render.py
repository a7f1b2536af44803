"""A verified draft as the Markdown text of the answer."""

from assistant.draft import Draft

__all__ = ["marked", "render", "render_head"]


def render(draft: Draft) -> str:
    """Conclusion, a model's words, warnings, derivation, questions, conditions, quotes with their places, and notes."""
    parts = [render_head(draft)]
    parts += [marked(warning) for warning in draft.warnings]
    if draft.questions:
        parts.append("**请补充**\n\n" + "\n".join(f"- {question}" for question in draft.questions))
    if draft.derivation:
        parts.append(
            "**计算过程**\n\n" + "\n".join(f"{i}. {step}" for i, step in enumerate(draft.derivation, 1))
        )
    if draft.quoted:
        parts.append("**依据**")
        parts += [_block(words, place) for words, place in draft.quoted]
    if draft.conditions:
        parts.append("**条件核对**\n\n" + "\n".join(f"- {line}" for line in draft.conditions))
    if draft.notes:
        parts.append("**说明**\n\n" + "\n".join(f"- {note}" for note in draft.notes))
    return "\n\n".join(parts)


def marked(warning: str) -> str:
    """A warning as a line that nobody overlooks."""
    return f"【注意】{warning}"


def render_head(draft: Draft) -> str:
    """What the text begins with: conclusion and a model's words."""
    conclusion = "\n\n".join(f"**{line}**" for line in draft.conclusion.split("\n") if line)
    return "\n\n".join((conclusion, *draft.told))


def _block(words: str, place: str) -> str:
    quoted = "\n".join(f"> {line}  " for line in words.split("\n"))
    return f"{quoted}\n> ——{place}"
