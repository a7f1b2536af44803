"""The two ways to run a model beside the offline answer: the one that is set, and the liar."""

from rich.console import Console

from assistant.bootstrap import build
from assistant.settings import Settings
from corpus.errors import InvalidInput
from evals.cases import CaseSet
from evals.model.beside import beside
from evals.model.endpoint import Endpoint
from evals.model.liar import Liar
from evals.runner import Options

__all__ = ["run_liar", "run_model"]


def run_model(settings: Settings, chosen: CaseSet, options: Options, console: Console) -> int:
    """Run the model that is set; returns the exit status. Raises InvalidInput where none is."""
    if not settings.model_base_url:
        raise InvalidInput(
            "没有设大模型：请设 ZHENGCE_MODEL_BASE_URL 和 ZHENGCE_MODEL_NAME（见 docs/model.md），或用 --liar"
        )
    return beside(build(settings), settings.model_name, chosen, options, console, lambda *_: [])


def run_liar(settings: Settings, chosen: CaseSet, options: Options, console: Console) -> int:
    """Run the liar on an endpoint of its own; returns the exit status."""
    liar = Liar()
    with Endpoint(liar).open() as endpoint:
        changed = {"model_base_url": endpoint.url, "model_name": "liar", "model_daily_tokens": 0}
        pipeline = build(settings.model_copy(update=changed))
        return beside(pipeline, "liar", chosen, options, console, liar.shown_in)
