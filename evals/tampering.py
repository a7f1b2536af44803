"""Whether verification stops what a faulty composer would say: drafts spoiled on purpose must come out clean."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.draft import Draft
from assistant.pipeline import Pipeline
from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.fidelity import SCORER as FIDELITY

__all__ = ["let_through"]

_TRIED = 40
_INVENTED = "另可获87654万元"


def let_through(pipeline: Pipeline, cases: Sequence[Case], corpus: Corpus, as_of: date) -> list[str]:
    """What is wrong, in Chinese sentences: ids of cases whose spoiled quote or invented figure reached the user.

    `pipeline` is tried on up to 40 of `cases`, taken evenly.
    """
    answerable = [case for case in cases if not case.refuse]
    tried = answerable[:: max(1, len(answerable) // _TRIED)][:_TRIED]
    spoiled = pipeline.spoiled(_spoil)
    failed = []
    for case in tried:
        answer = spoiled.answer(case.question, case.history, as_of)
        reply = Reply.model_validate(answer.to_dict())
        if _INVENTED in reply.answer or FIDELITY.score(case, reply, corpus) not in (1, None):
            failed.append(case.id)
    if not failed:
        return []
    shown = "、".join(failed[:5])
    return [f"核对没有拦住有意改坏的引文或编造的数字：试 {len(tried)} 题，漏过 {len(failed)} 题，如 {shown}"]


def _spoil(draft: Draft) -> Draft:
    first, *others = draft.citations or (None,)
    if first is None:
        return draft
    changed = replace(first, quote=f"{first.quote[:-1]}甚{first.quote[-1:]}")
    return replace(
        draft, conclusion=f"{draft.conclusion}，{_INVENTED}", citations=(changed, *filter(None, others))
    )
