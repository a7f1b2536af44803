"""`zhengce backup | restore | watch`, `rules stale` and `corpus expiries`."""

import json
import sys
from datetime import date
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from assistant.commands.options import AS_OF, FILE, FOLDER, JSON, library
from corpus.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.upkeep.watching import Add

__all__ = ["backup", "corpus_expiries", "restore", "rules_stale", "watch"]

_FORCE = click.option("--force", is_flag=True, help="已经有的也换掉")


@click.command("backup")
@click.argument("file", type=FILE, metavar="FILE")
@_FORCE
def backup(file: Path, force: bool) -> None:
    """把全部内容备份成一个文件；服务和网页不用停。

    \b
    备份里有：正在使用的索引、用户自己的文件、网页上的对话、数据库（会话、回答、反馈、密钥的
    散列、审计记录）、ZHENGCE_CONFIG 指定的设置文件。没有：向量模型、缓存、评测记录，都能重新生成。
    SQLite 的备份可以恢复到 PostgreSQL，反过来也可以。

    \b
    每天一份：  zhengce backup /backup/zhengce-$(date +%F).zip
    恢复：      zhengce restore /backup/zhengce-2026-11-21.zip
    """
    from assistant.commands.progress import progress
    from assistant.upkeep.backup import make_backup
    from assistant.upkeep.places import Places

    made = make_backup(Places.of_environment(), file, progress(), force=force)
    index = f"索引 {made.index}" if made.index else "没有索引"
    settings = "，设置文件" if made.has_settings else ""
    click.echo(
        f"备份好了：{file}（{made.bytes / 1e6:.1f} MB）：{index}，文件 {made.files} 个，数据库 {made.rows} 行{settings}。"
    )
    click.echo("里面有用户的提问，可能还有设置文件里的密码；只有本用户能读，请存放妥当。", err=True)


@click.command("restore")
@click.argument("file", type=FILE, metavar="FILE")
@_FORCE
@click.option("--settings", type=FILE, metavar="PATH", help="把备份里的设置文件写到这里（默认不写）")
def restore(file: Path, force: bool, settings: Path | None) -> None:
    """从 zhengce backup 的文件恢复全部内容；先核对每一部分的校验和，再一次换上。

    中途被停掉的，恢复前的内容不变（下一次 backup 或 restore 会先退回原状）。恢复到哪里由设置决定
    （ZHENGCE_HOME、ZHENGCE_SERVICE_DATABASE_URL）。恢复前请停下服务和网页，之后再启动。
    """
    from assistant.commands.progress import progress
    from assistant.upkeep.places import Places
    from assistant.upkeep.restore import restore_backup

    places = Places.of_environment()
    done = restore_backup(places, file, progress(), force=force, settings=settings)
    index = f"索引 {done.index}" if done.index else "没有索引（运行 zhengce index build）"
    click.echo(f"已恢复 {done.made_at} 的备份：{index}，文件 {done.files} 个，数据库 {done.rows} 行。")
    for folder in done.before:
        click.echo(f"恢复前的文件移到了 {folder}，确认无误后可以删掉。", err=True)


@click.command("watch")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
@click.option("--once", is_flag=True, help="处理完现有的文件就结束，给定时任务用")
@click.option(
    "--quiet",
    type=click.FloatRange(0.1, 3600),
    default=2.0,
    show_default=True,
    metavar="秒",
    help="文件多久没有再变就算写完了",
)
def watch(folder: Path, once: bool, quiet: float) -> None:
    """监视一个目录，把新放进去的政策文件加进语料和索引，Ctrl-C 停止。

    收 .txt、.md、.docx、.pdf、.html、.ofd，连同下级目录。同样的内容只加一次，重启后也是；读不懂的文件说明原因后
    跳过，改好了再收。
    """
    from assistant.settings import load_settings
    from assistant.upkeep.arrivals import Arrivals
    from assistant.upkeep.watching import Watcher

    if not folder.is_dir():
        raise InvalidInput(f"没有目录 {folder}。请先建好，再把政策文件放进去")
    settings = load_settings()
    arrivals = Arrivals.open(settings.home, folder)
    watcher = Watcher(folder, _adding(settings), arrivals, click.echo, quiet)
    watcher.catch_up()
    if once:
        return
    click.echo(f"正在监视 {folder}，按 Ctrl-C 停止。", err=True)
    try:
        watcher.run(Event())
    except KeyboardInterrupt:
        click.echo("不再监视。", err=True)


def _adding(settings: "Settings") -> "Add":
    """What `zhengce index add --yes` does with one file."""
    from assistant.commands.progress import progress
    from assistant.documents.adding import add_file

    return lambda path: add_file(settings, path, progress(), lambda line: click.echo(line, err=True))


@click.command("expiries")
@click.option("--days", type=click.IntRange(0, 36_500), default=90, show_default=True, help="多少天以内")
@JSON
@AS_OF
def corpus_expiries(days: int, as_json: bool, as_of: date | None) -> None:
    """快要到期的文件，附上规定期限的原文；适合写进每天的定时任务。"""
    from assistant.commands.expiries import expiries_text, expiring

    day = as_of or date.today()
    everything = expiring(library(), day)
    found = [expiry for expiry in everything if expiry.days_left <= days]
    if as_json:
        data = {"as_of": day.isoformat(), "days": days, "documents": [one.to_dict() for one in found]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    click.echo(expiries_text(found, day, days, everything[0] if everything else None))


@click.command("stale")
@click.argument("folder", required=False, type=FOLDER)
@JSON
@AS_OF
def rules_stale(folder: Path | None, as_json: bool, as_of: date | None) -> None:
    """哪些规则要重新核对：条文自上次核对后变了的，和所在文件已经失效的。

    变了的逐条列出不再在原文里的引文和现文中最接近的话；有这样的规则时退出状态是 1。
    """
    from assistant.commands.stale import stale_rules, stale_text
    from corpus.rules import RULES_FOLDER

    day = as_of or date.today()
    if folder is not None and not any(folder.glob("*.yaml")):
        raise InvalidInput(f"{folder} 里没有规则文件（*.yaml）")
    found = stale_rules(folder or RULES_FOLDER, library(), day)
    if as_json:
        data = {"as_of": day.isoformat(), "rules": [one.to_dict() for one in found]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo(stale_text(found, day))
    if any(one.reason in ("changed", "unit_gone") for one in found):
        sys.exit(1)
