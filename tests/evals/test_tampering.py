"""The gate notices when verification is gone."""

from datetime import date

import pytest

from assistant.draft import Draft
from assistant.pipeline import Pipeline
from assistant.verify.drafts import Verifier
from corpus.catalog import Corpus
from evals.cases import load_set
from evals.tampering import let_through
from tests.assistant import conftest as shared

settings = shared.settings
pipeline = shared.pipeline
corpus = shared.corpus

DAY = date(2026, 11, 21)


def test_verification_stops_what_is_spoiled(pipeline: Pipeline, corpus: Corpus) -> None:
    assert let_through(pipeline, load_set(None).cases, corpus, DAY) == []


def test_without_verification_the_gate_is_red(
    pipeline: Pipeline, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unverified(_: Verifier, draft: Draft) -> Draft:
        return draft

    monkeypatch.setattr(Verifier, "verify", unverified)
    (said,) = let_through(pipeline, load_set(None).cases, corpus, DAY)
    assert "核对没有拦住" in said
