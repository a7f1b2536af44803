"""The commands below `zhengce eval`; heavy modules load inside those that need them."""

import click

from evals.commands.feedback import eval_feedback
from evals.commands.measuring import eval_baselines, eval_bench, eval_sizes, eval_soak
from evals.commands.outside import eval_retrieval
from evals.commands.sets import eval_check, eval_diff, eval_run

__all__ = ["evaluate"]


@click.group("eval")
def evaluate() -> None:
    """评测：回答得对不对，检索得准不准，与别的做法相比如何，有多快。"""


for _command in (
    eval_run,
    eval_diff,
    eval_check,
    eval_retrieval,
    eval_baselines,
    eval_bench,
    eval_sizes,
    eval_soak,
    eval_feedback,
):
    evaluate.add_command(_command)
