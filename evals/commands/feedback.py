"""`zhengce eval feedback`: from what users complained of to cases."""

from pathlib import Path

import click

from assistant.commands.options import FILE

__all__ = ["eval_feedback"]


@click.command("feedback")
@click.option("--out", type=FILE, required=True, metavar="FILE.jsonl", help="候选评测题写到哪里，每行一题")
def eval_feedback(out: Path) -> None:
    """把用户点“踩”的回答导出为候选评测题：标准答案留空待补，note 里是用户写的原因。

    读服务的数据库（设置 database_url，默认在索引目录下）。补好标准答案后用 zhengce eval check 检查。
    """
    from assistant.service.settings import ServiceSettings
    from assistant.settings import load, load_settings
    from evals.feedback import candidates, read_complaints, write

    database = load(ServiceSettings).database(load_settings().home)
    count = write(candidates(read_complaints(database)), out)
    click.echo(f"已导出 {count} 题，写入 {out}")
