"""`zhengce eval retrieval`: search over a collection that the user brings."""

from pathlib import Path

import click

from assistant.commands.options import FILE

__all__ = ["eval_retrieval"]


@click.command("retrieval")
@click.option("--corpus", type=FILE, required=True, metavar="FILE.jsonl", help="条文，每行一条")
@click.option("--queries", type=FILE, required=True, metavar="FILE.jsonl", help="问题，每行一题")
@click.option("--out", type=FILE, required=True, metavar="FILE.jsonl", help="排序写到哪里，每题一行")
@click.option(
    "--index", type=FILE, metavar="DIR", help="索引放在哪里（默认按语料内容放在索引目录的 outside 下）"
)
def eval_retrieval(corpus: Path, queries: Path, out: Path, index: Path | None) -> None:
    """在任意条文语料上运行本项目的索引和检索，给出召回率、MRR、nDCG、延迟和大小。

    \b
    语料每行：{"id","law","article","chapter","text"}
    问题每行：{"id","question","gold":[["条文 id","可互换的 id"],…]}，gold 可省
    输出每行：{"id","ranked":[条文 id，最好的在前，100 个]}；汇总写在旁边的 .summary.json
    """
    from rich.console import Console

    from assistant.settings import load_settings
    from evals.outside.run import Options, run
    from indexer.embeddings import load_embedder

    settings = load_settings()
    embedder = load_embedder(settings.embedding_model, settings.home, lambda line: click.echo(line, err=True))
    run(Options(corpus, queries, out, settings.home, index), embedder, Console())
