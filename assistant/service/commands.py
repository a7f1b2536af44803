"""`zhengce keys create | list | revoke`: who may use the service."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click
from rich.cells import cell_len

from assistant.commands.options import JSON
from assistant.service.keys import Scope, beijing_day
from corpus.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.service.store.keyring import Keyring
    from assistant.service.store.tables import KeyRow

__all__ = ["create", "keys", "list_keys", "revoke"]

_RATE = click.IntRange(0, 1_000_000)
_DAYS = click.IntRange(1, 36_500)
_LONGEST_NAME = 100
_WIDTHS = (14, 22, 16, 10, 18, 12, 0)
_HEADS = ("编号", "名称", "权限", "每分钟", "每天（今天已用）", "到期", "状态")


@click.group()
def keys() -> None:
    """建立、查看、作废服务的密钥。

    \b
    给一个程序建密钥：    zhengce keys create --name 客服机器人
    限额、到期：          zhengce keys create --name 试用 --rate 30 --quota 200 --days 90
    给 Prometheus：       zhengce keys create --name 监控 --scope admin
    换新（数据不变）：    zhengce keys create --replaces 编号
    """


@keys.command("create")
@click.option("--name", metavar="名称", help="给谁用的，只为了自己看")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([str(scope) for scope in Scope]),
    help="权限，可写几次：ask 提问、会话和反馈，read 检索、条文、规则、计算和匹配，admin 运行指标（默认 ask 和 read）",
)
@click.option(
    "--rate", "rate_limit", type=_RATE, metavar="N", help="每分钟最多多少次请求，0 不限（默认照服务的设置）"
)
@click.option(
    "--quota", "daily_quota", type=_RATE, metavar="N", help="每天（北京时间）最多多少次提问，0 不限（默认）"
)
@click.option("--days", type=_DAYS, metavar="N", help="多少天后到期（默认不到期）")
@click.option(
    "--replaces", metavar="编号", help="换新：新密钥看得到旧密钥的会话和回答，没写的各项照旧，旧密钥随后到期"
)
@click.option(
    "--overlap",
    type=click.IntRange(0, 24 * 365),
    default=24,
    show_default=True,
    metavar="小时",
    help="换新时旧密钥再用多少小时，够各个程序换上新的",
)
@JSON
def create(replaces: str | None, overlap: int, days: int | None, as_json: bool, **given: Any) -> None:
    """建一个密钥，显示一次；服务里只存它的散列，丢了只能换新。

    正在运行的服务马上就认，不用重启。
    """
    from assistant.service.store.keyring import Wanted

    if len(given["name"] or "") > _LONGEST_NAME:
        raise InvalidInput(f"名称太长，最多 {_LONGEST_NAME} 字")
    expires = None if days is None else datetime.now(UTC) + timedelta(days=days)
    given["scopes"] = [Scope(scope) for scope in given["scopes"]] or None
    wanted = Wanted(**given, expires_at=expires)
    with _keyring() as keyring:
        if replaces is None:
            key, row = keyring.create(wanted)
        else:
            key, row = keyring.replace(replaces, wanted, timedelta(hours=overlap))
    if as_json:
        _show_json({"key": key, **_described(row, {})})
        return
    click.echo(key)
    click.echo(f"编号 {row.id}，权限 {'、'.join(row.scopes)}。密钥只显示这一次，请存好。", err=True)
    if replaces is not None:
        click.echo(f"旧密钥 {replaces} 至多再用 {overlap} 小时。", err=True)


@keys.command("list")
@JSON
def list_keys(as_json: bool) -> None:
    """列出建过的密钥：权限、限额、今天用了多少、到期和状态；密钥本身不在其中。"""
    with _keyring() as keyring:
        used = keyring.used(beijing_day())
        found = [_described(row, used) for row in keyring.all()]
    if as_json:
        _show_json({"keys": found})
    elif not found:
        click.echo("还没有密钥。用 zhengce keys create 建一个。")
    else:
        click.echo("\n".join([_row(*_HEADS), *map(_line, found)]))


@keys.command("revoke")
@click.argument("key", metavar="编号")
def revoke(key: str) -> None:
    """作废一个密钥，运行中的服务两秒内不再认它；它的会话和回答留着。"""
    with _keyring() as keyring:
        keyring.revoke(key)
    click.echo(f"密钥 {key} 已作废。")


@contextmanager
def _keyring() -> Iterator["Keyring"]:
    """The keys of the service that the settings describe; raises InvalidInput without its database."""
    from assistant.service.settings import ServiceSettings
    from assistant.service.store.database import opened
    from assistant.service.store.keyring import Keyring
    from assistant.settings import load, load_settings

    with opened(load(ServiceSettings).database(load_settings().home)) as engine:
        yield Keyring(engine)


def _described(row: "KeyRow", used: dict[str, int]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "rate_limit": row.rate_limit,
        "daily_quota": row.daily_quota,
        "used_today": used.get(row.owner, 0),
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at and row.expires_at.isoformat(),
        "state": _state(row),
    }


def _state(row: "KeyRow") -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= datetime.now(UTC) else "valid"


_STATES = {"valid": "可用", "expired": "已过期", "revoked": "已作废"}


def _line(key: dict[str, Any]) -> str:
    rate = {None: "照设置", 0: "不限"}.get(key["rate_limit"], str(key["rate_limit"]))
    quota = f"{key['daily_quota']}（{key['used_today']}）" if key["daily_quota"] else "不限"
    return _row(
        key["id"],
        key["name"] or "–",
        ",".join(key["scopes"]),
        rate,
        quota,
        (key["expires_at"] or "不到期")[:10],
        _STATES[key["state"]],
    )


def _row(*cells: str) -> str:
    """Cells in columns, where a Chinese character takes two places."""
    padded = (cell + " " * max(1, width - cell_len(cell)) for cell, width in zip(cells, _WIDTHS, strict=True))
    return "".join(padded).rstrip()


def _show_json(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
