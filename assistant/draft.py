"""What composing hands to verifying: an answer in parts, each with the words that it rests on."""

from dataclasses import dataclass

from assistant.answer import Amount, Calculation, Citation

__all__ = ["Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """All but `quoted` are our own words; `quoted` pairs words of a unit with its place.

    `judged` says that the conclusion is a judgement (an amount, a verdict, validity) and not words of the text alone;
    `told` are sentences of a language model, each with its place, that passed the gate.

    `questions` ask for what is missing, `conditions` tell how each condition stands.

    Every number in our own words must stand in a citation, in `allowed` (the calculation's trace and the
    user's own words) or the draft is withheld.
    """

    conclusion: str
    quoted: tuple[tuple[str, str], ...] = ()
    derivation: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    amount: Amount | None = None
    calculation: Calculation | None = None
    warnings: tuple[str, ...] = ()
    allowed: str = ""
    refused: bool = False
    judged: bool = False
    told: tuple[str, ...] = ()
