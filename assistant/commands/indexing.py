"""`zhengce index …` and `zhengce diff`: building the index, adding documents, comparing versions."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.options import JSON, library
from corpus.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.documents.adding import Examined
    from corpus.own.corrections import Corrected

__all__ = ["diff", "index"]

_STATUS = {
    "documents": "文件",
    "units": "条目",
    "chunks": "片段",
    "model": "向量模型",
    "version": "版本",
    "built_at": "建立时间",
}


@click.group()
def index() -> None:
    """建立和查看检索索引，加入和移除自己的文件。"""


@index.command("build")
def _build() -> None:
    """解析文件、计算向量、写入索引；内容没变时什么都不做。"""
    from assistant.bootstrap import build_search_index
    from assistant.commands.progress import progress
    from assistant.settings import load_settings

    result = build_search_index(load_settings(), progress(), _told)
    if result.changed:
        click.echo(f"索引已建好：{result.documents} 份文件，{result.units} 个条目，{result.chunks} 个片段。")
    else:
        click.echo(f"索引已是最新（版本 {result.version}），没有改动。")


@index.command("status")
@JSON
def _status(as_json: bool) -> None:
    """文件、条目、片段的数目，向量模型，版本和建立时间。"""
    from assistant.settings import load_settings
    from indexer.index import SearchIndex

    settings = load_settings()
    status = asdict(SearchIndex.open(settings.home, settings.dense_backend).status())
    lines = [f"{name}：{status[key]}" for key, name in _STATUS.items()]
    click.echo(json.dumps(status, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))


@index.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件|目录…")
@click.option("--yes", "-y", is_flag=True, help="不再询问，按认出的加入")
@click.option(
    "--set", "fields", multiple=True, metavar="项=值", help="改正认出的一项，可以写多次；只能用于一个文件"
)
@click.option(
    "--catalogue", type=click.Path(path_type=Path), metavar="FILE.yaml", help="按文件名改正多个文件"
)
@JSON
def _add(
    paths: tuple[Path, ...], yes: bool, fields: tuple[str, ...], catalogue: Path | None, as_json: bool
) -> None:
    """加入自己的政策文件（.txt .md .docx .pdf .html .ofd），目录则连同下面的全部。

    先读出题名、文号、发文单位、日期、有效期和废止的文件，列出来请您核对，确认以后才加入目录和索引。
    读不了的文件各报一行，其余照常；有读不了的，退出状态是 2。

    \b
    zhengce index add 办法.docx
    zhengce index add 办法.pdf --set issued=2025-03-01 --set issuers=北京市科委
    zhengce index add 文件夹 --yes --catalogue 改正.yaml

    可以改正的项：key title number issuers issued effective expires draft aliases topics replaces。
    写法和例子见 docs/documents.md。
    """
    from assistant.commands.progress import progress
    from assistant.documents.adding import examine
    from assistant.documents.confirming import confirmed
    from assistant.settings import load_settings

    settings = load_settings()
    given = _given(fields, catalogue, paths)
    found = examine(settings, paths, given, progress())
    for name, reason in found.refused:
        click.echo(f"没有加入 {name}：{reason}", err=True)
    _show_found(found, as_json)
    if found.new and (yes or confirmed(len(found.new))):
        _keep(found, as_json)
    if found.refused:
        sys.exit(2)


def _show_found(found: "Examined", as_json: bool) -> None:
    from assistant.documents.showing import described, lines_of

    if as_json:
        told = [described(proposal) for proposal in found.proposals]
        refused = [{"file": name, "reason": reason} for name, reason in found.refused]
        click.echo(json.dumps({"documents": told, "refused": refused}, ensure_ascii=False, indent=2))
        return
    for number, proposal in enumerate(found.proposals, 1):
        click.echo("\n".join(lines_of(number, proposal)))


def _keep(found: "Examined", as_json: bool) -> None:
    from assistant.commands.progress import progress
    from assistant.documents.adding import add
    from assistant.settings import load_settings

    result = add(load_settings(), found.new, progress(), _told)
    keys = "、".join(proposal.entry.key for proposal in found.new)
    click.echo(
        f"已加入 {len(found.new)} 份文件（{keys}）：索引现有 {result.documents} 份文件、{result.units} 个条目，"
        f"新算 {result.embedded} 个片段的向量。",
        err=as_json,
    )
    for proposal in found.new:
        if proposal.replaces:
            click.echo(
                f"{proposal.replaces} 已标为废止。{_summary(proposal.replaces, proposal.entry.key)}",
                err=as_json,
            )


def _given(
    fields: tuple[str, ...], catalogue: Path | None, paths: tuple[Path, ...]
) -> "dict[str, Corrected]":
    from assistant.documents.adding import ANY
    from corpus.own.corrections import read_corrected, settings_of

    given = read_corrected(catalogue) if catalogue else {}
    if fields:
        if len(paths) > 1 or paths[0].is_dir():
            raise InvalidInput("--set 只能用于一个文件；几个文件用 --catalogue，写法见 docs/documents.md")
        pairs = dict(field.partition("=")[::2] for field in fields)
        if not all(pairs.values()):
            raise InvalidInput("--set 应写成 项=值，例如 --set issued=2025-03-01")
        given[ANY] = settings_of(pairs, "--set")
    return given


@index.command("remove")
@click.argument("keys", nargs=-1, required=True, metavar="键…")
@click.option("--yes", "-y", is_flag=True, help="不再询问")
def _remove(keys: tuple[str, ...], yes: bool) -> None:
    """移除自己加入的文件；自带的文件不能移除。

    \b
    zhengce index remove jkf-2025-8
    """
    from assistant.commands.progress import progress
    from assistant.documents.adding import remove
    from assistant.documents.confirming import agreed
    from assistant.settings import load_settings
    from corpus.own.shelf import Shelf

    settings = load_settings()
    shelf = Shelf(settings.own_documents)
    named = "、".join(f"{key}《{shelf.entry(key).title}》" for key in dict.fromkeys(keys))
    if yes or agreed(f"移除 {named}？"):
        result = remove(settings, tuple(dict.fromkeys(keys)), progress(), _told)
        click.echo(f"已移除 {named}：索引现有 {result.documents} 份文件、{result.units} 个条目。")


@click.command()
@click.argument("old", metavar="旧版")
@click.argument("new", metavar="新版")
@JSON
def diff(old: str, new: str, as_json: bool) -> None:
    """比较一份文件的两个版本：新增、删去、改动的条目，逐词标出。

    旧版、新版是键、文号或题名，也可以是还没有加入的文件。

    \b
    zhengce diff jkf-2022-5 jkf-2025-8
    zhengce diff 2022-05 修订稿.docx
    """
    from assistant.documents.comparing import compared, lines_of

    found = compared(library(), old, new)
    click.echo(
        json.dumps(found.to_dict(), ensure_ascii=False, indent=2) if as_json else "\n".join(lines_of(found))
    )


def _summary(old: str, new: str) -> str:
    from assistant.documents.comparing import compared

    return f"{compared(library(), old, new).summary}，详见 zhengce diff {old} {new}"


def _told(line: str) -> None:
    click.echo(line, err=True)
