"""Options that several commands take, and the pipeline that they ask; light to import."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.pipeline import Pipeline
    from corpus.catalog import Corpus
    from corpus.rules import RuleBook

__all__ = ["AS_OF", "FILE", "FOLDER", "JSON", "library", "offline_pipeline", "pipeline", "rule_book"]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise InvalidInput(f"“{text}”不是日期，请写成 2026-01-31 这样的形式") from error


AS_OF = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    callback=lambda _c, _p, v: _day(v),
    help="按哪一天判断文件效力（默认今天）",
)
FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON（合同规定的格式）")


def pipeline() -> "Pipeline":
    """The assistant on the current index; raises IndexMissing or IndexBroken."""
    from assistant.settings import load_settings
    from assistant.startup import start

    return start(load_settings(), lambda line: click.echo(line, err=True))


def offline_pipeline() -> "Pipeline":
    """The same without a language model, whatever is set; raises what `pipeline` raises."""
    return pipeline().offline


def library() -> "Corpus":
    """All documents, those of the user among them; raises CatalogueError or SourceError."""
    from assistant.settings import load_settings
    from corpus.own.library import read_library

    return read_library(load_settings().own_documents)


def rule_book() -> "RuleBook":
    """All rules, those of the user among them; raises RuleError."""
    from assistant.settings import load_settings
    from corpus.own.library import read_library_rules

    return read_library_rules(library(), load_settings().own_documents)
