"""`zhengce eval baselines | bench`: beside what people would use instead, and how fast."""

from pathlib import Path
from typing import Any

import click

from assistant.commands.options import FILE, FOLDER
from corpus.errors import InvalidInput

__all__ = ["eval_baselines", "eval_bench", "eval_sizes", "eval_soak"]


def _numbers(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = (0,)
    if min(numbers) < 1:
        raise InvalidInput(f"“{text}”应写成用逗号分开的正整数，如 1,2,4,8")
    return numbers


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


@click.command("bench")
@click.option("--set", "cases", metavar="PATH", help="从哪里取问题：dev（默认）、test，或 .jsonl 文件、目录")
@click.option("--questions", type=click.IntRange(1, 10_000), default=100, show_default=True, help="问多少题")
@click.option(
    "--clients",
    metavar="N,N…",
    callback=_numbers,
    default="1,2,4,8",
    show_default=True,
    help="同时多少个客户端",
)
@click.option("--outside", type=FILE, metavar="FILE.jsonl", help="外来条文，看速度怎样随语料增长")
@click.option("--queries", type=FILE, metavar="FILE.jsonl", help="问外来条文的问题（默认用条文的开头）")
@click.option(
    "--sizes",
    metavar="N,N…",
    callback=_numbers,
    default="1000,10000,25000",
    show_default=True,
    help="取多少条",
)
@click.option("--synthesise", is_flag=True, help="条文不够时拼出拟制的条文；不加则到有多少条为止")
@click.option(
    "--vectors", type=FOLDER, metavar="DIR", help="沿用 eval retrieval --index 目录里的向量，不重算"
)
@click.option(
    "--compared", type=FILE, metavar="FILE.json", help="eval baselines --out 写出的 JSON，用来算倍数"
)
@click.option("--out", type=FOLDER, metavar="DIR", help="把 JSON 和 Markdown 写到这个目录")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def eval_bench(out: Path | None, as_json: bool, **given: Any) -> None:
    """测速度和内存：冷启动、建索引、增量、一问各步、并发吞吐，以及它们怎样随语料增长。

    在临时目录里另建索引，不动正在使用的索引。
    """
    from rich.console import Console

    from assistant.settings import load_settings
    from evals.bench.run import Options, run
    from evals.bench.tables import print_tables, write

    bench = run(Options(**given), load_settings())
    if as_json:
        click.echo(bench.model_dump_json(indent=1))
    else:
        print_tables(Console(), bench)
    for path in write(bench, out) if out else ():
        click.echo(f"写入 {path}", err=True)


@click.command("soak")
@click.option("--set", "cases", metavar="PATH", help="从哪里取问题：dev（默认）、test，或 .jsonl 文件、目录")
@click.option(
    "--clients", type=click.IntRange(1, 1000), default=50, show_default=True, help="同时多少个客户端"
)
@click.option("--seconds", type=click.FloatRange(1, 86_400), default=60, show_default=True, help="计时多少秒")
@click.option(
    "--requests", type=click.IntRange(0, 10**7), default=10_000, show_default=True, help="一共多少次，看内存"
)
@click.option(
    "--workers", type=click.IntRange(0, 64), default=0, help="服务用几个进程（默认与核数相同，至多 4）"
)
@click.option("--distinct", type=click.IntRange(1), metavar="N", help="只轮流问这么多题（默认整个题集）")
@click.option("--database", metavar="URL", help="记在哪个数据库（默认临时的 SQLite）")
def eval_soak(**given: Any) -> None:
    """长时间压测：许多客户端不停地问，看有没有出错、用时多少、内存涨不涨；结果是 JSON。

    用正在使用的索引，另起一个服务；问过的话记在临时的数据库里。
    """
    from assistant.settings import load_settings
    from evals.bench.soak import Options, run

    click.echo(run(Options(**given), load_settings()).model_dump_json(indent=1))


@click.command("sizes")
@click.option(
    "--sizes",
    metavar="N,N,…",
    default="25000,100000",
    show_default=True,
    callback=_numbers,
    help="各多少个片段",
)
@click.option(
    "--questions", type=click.IntRange(10, 5000), default=200, show_default=True, help="每种规模问多少题"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def eval_sizes(sizes: tuple[int, ...], questions: int, as_json: bool) -> None:
    """向量库和词语索引在大规模下的写入时间、磁盘、内存、查询时间，和 HNSW 相对精确扫描的召回。

    片段由现有索引的真实向量和文字两两混合而成，不用另算向量；在临时目录里做，不动现有索引。十万个片段要几分钟。
    """
    from assistant.settings import load_settings
    from evals.bench.sizes_run import measure_sizes, size_line, sizes_text

    measured = measure_sizes(
        load_settings(), sizes, questions, lambda size: click.echo(size_line(size), err=True)
    )
    click.echo(measured.model_dump_json(indent=1) if as_json else sizes_text(measured))
