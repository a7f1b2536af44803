"""What the gate says of the offline answer: noted for whoever looks, and no reason to withhold.

The gate's rules are made for a model's sentences. Sentences of ours also say what was computed and judged, in words
that no clause has, so a finding here is one to be looked at; what is wrong for sure the Verifier has withheld before.
"""

from dataclasses import replace

from assistant.model.material import Material
from assistant.verify.gate import Gate
from assistant.verify.proof import Statement

__all__ = ["own_faults"]


def own_faults(gate: Gate, material: Material) -> tuple[str, ...]:
    """Kind and reason of each finding in the conclusion, which must not serve as its own proof."""
    draft = material.draft
    proof = replace(material.proof(), own=(*draft.derivation, *draft.conditions))
    cited = tuple(dict.fromkeys((citation.doc, citation.unit) for citation in draft.citations))
    lines = (line for line in draft.conclusion.split("\n") if line)
    found = (fault for line in lines for fault in gate.faults(Statement(line, cited), proof))
    return tuple(dict.fromkeys(f"{fault.kind.value}: {fault.reason}" for fault in found))
