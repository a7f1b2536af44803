"""The command line: parse, call one use case, render. Heavy modules load inside the commands that need them."""

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from assistant.commands.indexing import diff, index
from assistant.commands.mistakes import said
from assistant.commands.options import AS_OF, JSON, library, pipeline, rule_book
from assistant.service.commands import keys
from assistant.upkeep.commands import backup, corpus_expiries, restore, rules_stale, watch
from corpus.errors import InvalidInput, ZhengceError
from evals.commands import evaluate

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> None:
    """Run a command; a user's mistake ends with one clear line and status 2."""
    try:
        sys.exit(cli.main(args=args, prog_name="zhengce", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        _fail(said(error))
    except ZhengceError as error:
        _fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _fail(message: str) -> None:
    click.echo("错误：" + " ".join(message.split("\n")[:3]), err=True)
    sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="zhengce", prog_name="zhengce", message="%(prog)s %(version)s")
def cli() -> None:
    """政策问答：回答北京市支持政策的问题，逐条注明条款，金额由可核对的计算得出。

    \b
    第一次使用：  zhengce index build
    提问：        zhengce ask "首创产品第一个合同1200万，国内首创，能补多少？"
    看条文：      zhengce show 2022-05 第十一条
    """


@cli.command()
@click.argument("question", required=False)
@JSON
@AS_OF
@click.option(
    "--batch", type=click.Path(path_type=Path), metavar="IN.jsonl", help='每行 {"id","question","history"}'
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="OUT.jsonl", help="批量回答写到哪里（每行一个回答）"
)
def ask(
    question: str | None, as_json: bool, as_of: date | None, batch: Path | None, out: Path | None
) -> None:
    """回答一个问题；或用 --batch 与 --out 回答一批。"""
    if batch is not None:
        if out is None:
            raise InvalidInput("--batch 要和 --out 一起用：zhengce ask --batch 问题.jsonl --out 回答.jsonl")
        _ask_batch(batch, out, as_of)
        return
    if not question or not question.strip():
        raise InvalidInput('请给出问题：zhengce ask "问题"')
    answer = pipeline().answer(question, (), as_of)
    _show(answer.to_dict(), as_json, answer.answer)


def _ask_batch(source: Path, target: Path, as_of: date | None) -> None:
    from assistant.commands.batch import answer_batch, read_questions

    questions = read_questions(source)
    count = answer_batch(pipeline(), questions, target, as_of)
    click.echo(f"已回答 {count} 题，写入 {target}", err=True)


@cli.command()
@AS_OF
def chat(as_of: date | None) -> None:
    """在终端里连续提问；输入空行或按 Ctrl-D 结束。"""
    assistant = pipeline()
    history: list[str] = []
    click.echo("请提问（空行结束）：")
    while True:
        try:
            question = click.prompt("您", default="", show_default=False, prompt_suffix="：").strip()
        except click.exceptions.Abort:
            break
        if not question:
            break
        click.echo("\n" + assistant.answer(question, tuple(history), as_of).answer + "\n")
        history.append(question)


@cli.command()
@click.argument("doc")
@click.argument("unit")
@JSON
@AS_OF
def show(doc: str, unit: str, as_json: bool, as_of: date | None) -> None:
    """显示一个条目的全文，如 zhengce show 2022-05 第十一条。"""
    from assistant.commands.reading import describe_unit, unit_text

    described = describe_unit(library(), doc, unit, as_of or date.today())
    _show(described, as_json, unit_text(described))


@cli.command()
@click.argument("words")
@click.option("-k", "k", type=click.IntRange(1, 100), default=10, show_default=True, help="显示多少条")
@JSON
def search(words: str, k: int, as_json: bool) -> None:
    """检索条目，按相关程度排列，不作回答。"""
    from assistant.bootstrap import build_search
    from assistant.settings import load_settings

    if not words.strip():
        raise InvalidInput('请给出要查的词，如 zhengce search "首创产品"')
    found = build_search(load_settings())(words, k)
    lines = [
        f"{hit['score']:.3f}  {hit['doc']} {hit['unit']}  {hit['heading'] or hit['text'][:40]}"
        for hit in found
    ]
    _show({"results": found}, as_json, "\n".join(lines) or "没有找到相关条目。")


@cli.group(invoke_without_command=True)
@JSON
@click.pass_context
def rules(context: click.Context, as_json: bool) -> None:
    """列出全部计算规则；zhengce rules check 检查规则文件。"""
    if context.invoked_subcommand is None:
        from assistant.commands.reading import describe_rules

        described = describe_rules(rule_book())
        lines = [
            f"{rule['id']}  {rule['doc']} {rule['path']}  {rule['label']}" for rule in described["rules"]
        ]
        _show(described, as_json, "\n".join(lines))


@rules.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
def rules_check(folder: Path | None) -> None:
    """检查规则文件：格式、引文、常数、算例和覆盖情况，逐条指出文件和行号。"""
    from assistant.commands.checking import check_all

    report = check_all(folder)
    click.echo("\n".join(report.lines))
    if not report.sound:
        sys.exit(1)


@cli.command()
@click.argument("rule")
@click.argument("values", nargs=-1, metavar="[名称=值]…")
@JSON
@AS_OF
def calc(rule: str, values: tuple[str, ...], as_json: bool, as_of: date | None) -> None:
    """按一条规则计算，如 zhengce calc 2022-05.first-contract contract=1200万元 novelty=国内首创。"""
    from assistant.commands.reading import (
        calculated,
        calculation_text,
        inputs_text,
        outcome_dict,
        parse_values,
    )

    book = rule_book()
    found = calculated(book, library(), rule, parse_values(values), as_of or date.today())
    text = calculation_text(found)
    _show(outcome_dict(found), as_json, text if values else f"{text}\n{inputs_text(book.rule(rule))}")


@cli.command()
@click.option("--profile", "profile", type=click.Path(path_type=Path), metavar="FILE.yaml", help="企业情况")
@click.option("--template", is_flag=True, help="输出一份可填写的企业情况样例")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="把结果写成 Excel 表")
@JSON
@AS_OF
def match(profile: Path | None, template: bool, xlsx: Path | None, as_json: bool, as_of: date | None) -> None:
    """按企业情况逐条判断能申报哪些支持、能得多少。"""
    from assistant.matching.match import (
        match_profile,
        match_table,
        profile_template,
        read_profile,
        write_workbook,
    )

    if template:
        click.echo(profile_template())
        return
    if profile is None:
        raise InvalidInput("请给出企业情况：zhengce match --profile 文件；样例用 zhengce match --template")
    result = match_profile(rule_book(), library(), read_profile(profile), as_of or date.today())
    if xlsx is not None:
        write_workbook(result, xlsx)
    _show(result.to_dict(), as_json, match_table(result))


@cli.group()
def corpus() -> None:
    """查看政策原文数据。"""


@corpus.command("export")
@click.option("--json", "as_json", is_flag=True, default=True, help="输出 JSON")
@AS_OF
def corpus_export(as_json: bool, as_of: date | None) -> None:
    """输出全部文件和条目：文本、路径树、在源文件中的位置。"""
    from corpus.export import export_corpus

    _show(export_corpus(library(), as_of or date.today()), as_json, "")


@cli.command()
@click.option("--host", metavar="H", help="监听的地址（默认 127.0.0.1）")
@click.option("--port", metavar="P", type=click.IntRange(0, 65535), help="监听的端口（默认 8000）")
@click.option(
    "--workers", metavar="N", type=click.IntRange(0, 64), help="进程数（默认 0：与核数相同，至多 4）"
)
def serve(**given: Any) -> None:
    """启动 HTTP 服务：问答、检索、计算接口，以及 OpenAI 和 Dify 的兼容接口。

    其他设置见 docs/settings.md。
    """
    from assistant.service.server import serve as run

    run(
        {name: value for name, value in given.items() if value is not None},
        lambda line: click.echo(line, err=True),
    )


@cli.command()
@click.option("--port", metavar="P", type=click.IntRange(1, 65535), help="监听的端口（默认 8501）")
@click.option("--host", metavar="H", help="监听的地址（默认 127.0.0.1）")
@click.option("--api", metavar="URL", help="政策问答服务的地址；不给则在页面自己的进程里回答")
def ui(**given: Any) -> None:
    """打开网页：对话、算一算、能报什么、政策库、管理。"""
    from ui.launch import launch

    chosen = {name: value for name, value in given.items() if value is not None}
    launch(chosen, lambda line: click.echo(line, err=True))


@cli.command()
@click.option(
    "--port", metavar="P", type=click.IntRange(1, 65535), help="改用 HTTP（http://127.0.0.1:P/mcp）"
)
def mcp(port: int | None) -> None:
    """启动 MCP 服务，给 Claude、Cursor 等程序用；默认用标准输入输出，见 docs/mcp.md。"""
    from assistant.service.mcp_server import serve_mcp
    from assistant.settings import load_settings

    serve_mcp(load_settings(), port)


cli.add_command(index)
cli.add_command(diff)
cli.add_command(evaluate)
cli.add_command(keys)
for command in (backup, restore, watch):
    cli.add_command(command)
rules.add_command(rules_stale)
corpus.add_command(corpus_expiries)


def _show(data: Any, as_json: bool, text: str) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)
