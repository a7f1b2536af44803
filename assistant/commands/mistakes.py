"""A mistake on the command line in Chinese: click's own messages are English."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import click

__all__ = ["said"]

_MESSAGES = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Got unexpected extra arguments? \((?P<given>.*)\)", "多出了“{given}”；带空格的内容请用引号括起来"),
        (r"Missing command\.", "后面还要写一个命令"),
        (r"Option '(?P<given>.*)' requires an argument\.", "{given} 后面要写一个值"),
        (r"Option '(?P<given>.*)' requires (?P<count>\d+) arguments\.", "{given} 后面要写 {count} 个值"),
        (r"Option '(?P<given>.*)' does not take a value\.", "{given} 后面不能写值"),
        (r"Takes (?P<count>\d+) values but .*", "要写 {count} 个值"),
        (r"Directory '(?P<given>.*)' does not exist\.", "没有目录 {given}"),
        (r"\w+ '(?P<given>.*)' does not exist\.", "没有文件 {given}"),
        (r"\w+ '(?P<given>.*)' is a file\.", "{given} 是一个文件，这里要目录"),
        (r"\w+ '(?P<given>.*)' is a directory\.", "{given} 是一个目录，这里要文件"),
        (r"\w+ '(?P<given>.*)' is not readable\.", "没有权限读 {given}"),
        (r"\w+ '(?P<given>.*)' is not writable\.", "没有权限写 {given}"),
    )
)
_VALUE = re.compile(r"'?(?P<given>[^']+)'? is not (?:one of|in the range|a valid)")


def said(error: click.ClickException) -> str:
    """What is wrong and where the right usage stands, on one line."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    usage = f"。用法见 {context.command_path} --help" if context else ""
    return _said(error, context) + usage


def _said(error: click.ClickException, context: click.Context | None) -> str:
    match error:
        case click.exceptions.NoArgsIsHelpError():
            group = error.ctx.command
            names = group.list_commands(error.ctx) if isinstance(group, click.Group) else ()
            return f"{error.ctx.command_path} 后面还要写一个命令：{'、'.join(names)}"
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}" + _meant(error.possibilities)
        case click.exceptions.NoSuchCommand():
            return f"没有命令 {error.command_name}" + _meant(error.possibilities)
        case click.MissingParameter(param=click.Parameter() as missing):
            return f"缺少 {_name(missing, context)}"
        case click.BadParameter(param=click.Parameter() as given):
            value = _VALUE.match(error.message)
            wrong = f"不能是“{value['given']}”" if value else "不对"
            return f"{_name(given, context)} {wrong}：{_wanted(given.type) or _translated(error.message)}"
    return _translated(error.message)


def _name(parameter: click.Parameter, context: click.Context | None) -> str:
    """The parameter as it is called on the command line: `--port`, `RULE`."""
    if isinstance(parameter, click.Option):
        return " / ".join(parameter.opts)
    return parameter.make_metavar(context) if context else parameter.human_readable_name


def _meant(possibilities: Sequence[str] | None) -> str:
    return f"，您要的可能是 {'、'.join(possibilities)}" if possibilities else ""


def _wanted(kind: click.ParamType[Any]) -> str:
    """What a value of this kind has to be; empty where only the message tells what is wrong."""
    match kind:
        case click.Choice():
            return f"只能是 {'、'.join(map(str, kind.choices))} 之一"
        case click.IntRange():
            return "应是" + "".join(_ends(kind)) + "整数"
        case click.FloatRange():
            return "应是" + "".join(_ends(kind)) + "数"
    return {"integer": "应是整数", "float": "应是数"}.get(kind.name, "")


def _ends(kind: click.IntRange | click.FloatRange) -> Iterator[str]:
    if kind.min is not None and kind.max is not None:
        yield f" {kind.min} 到 {kind.max} 之间的"
    elif kind.min is not None:
        yield f"不小于 {kind.min} 的"
    elif kind.max is not None:
        yield f"不大于 {kind.max} 的"


def _translated(message: str) -> str:
    for pattern, words in _MESSAGES:
        if found := pattern.fullmatch(message):
            return words.format(**found.groupdict())
    return message
