"""`zhengce eval baselines | bench`: beside what people would use instead, and how fast."""

from pathlib import Path

import click

from assistant.commands.options import FOLDER

__all__ = ["eval_baselines"]


@click.command("baselines")
@click.option("--set", "chosen", metavar="PATH", help="dev（默认）、test，或自己的 .jsonl 文件、目录")
@click.option(
    "--only", multiple=True, metavar="NAME", help="只运行这些：ours、langchain、llamaindex、haystack"
)
@click.option("--out", type=FOLDER, metavar="DIR", help="把 JSON 和 Markdown 写到这个目录")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def eval_baselines(chosen: str | None, only: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """与常见做法并排：同样的题、机器和向量模型，各在自己的进程里建索引、检索。

    LangChain 教程、LlamaIndex 默认、Haystack 混合检索；需要的包在可选依赖 baselines 里。
    """
    from rich.console import Console

    from assistant.settings import load_settings
    from evals.baselines.side_by_side import compare, print_table, write

    compared = compare(chosen, only, load_settings().embedding_model)
    if as_json:
        click.echo(compared.model_dump_json(indent=1))
    else:
        print_table(Console(), compared)
    for path in write(compared, out) if out else ():
        click.echo(f"写入 {path}", err=True)
