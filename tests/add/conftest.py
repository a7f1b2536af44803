"""A home of the test's own, with the index and the model of the repository, and commands that run on it."""

import shutil
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.assistant import conftest as shared
from tests.commands import Run, runner

settings = shared.settings

POLICY = """海棠市发展和改革委员会关于印发《海棠市低空经济产业发展支持办法》的通知
海发改规〔2025〕8号
各区人民政府，各有关单位：
现将《海棠市低空经济产业发展支持办法》印发给你们，请遵照执行。
海棠市发展和改革委员会
2025年3月1日
海棠市低空经济产业发展支持办法
第一章 总则
第一条 为促进低空经济产业发展，支持无人机、电动垂直起降航空器研发制造，制定本办法。
第二条 本办法所称低空经济企业，是指在海棠市注册，从事低空飞行器研发、制造、运营的企业。
第二章 支持措施
第三条 支持起降场建设。对新建公共起降场的企业，按照实际投资额的20%给予补贴，单个起降场最高不超过500万元。
第四条 支持航线开通。对新开通低空物流航线的企业，按下列标准给予一次性奖励：
（一）市内航线每条20万元；
（二）跨市航线每条50万元。
第五条 飞手培训。企业组织员工取得无人机驾驶员执照的，每人补贴2000元。
第三章 附则
第六条 本办法自2025年4月1日起施行，有效期至2027年12月31日。《海棠市通用航空产业支持办法》（海发改规〔2020〕3号）同时废止。
"""
REVISED = (
    POLICY.replace("〔2025〕8号", "〔2026〕2号")
    .replace("2025年3月1日", "2026年3月1日")
    .replace("支持办法\n第一章", "支持办法\n（2026年修订）\n第一章")
    .replace("最高不超过500万元", "最高不超过800万元")
    .replace("第五条 飞手培训。企业组织员工取得无人机驾驶员执照的，每人补贴2000元。\n", "")
    .replace("第六条 本办法自2025年4月1日", "第五条 本办法自2026年4月1日")
    .replace("2027年12月31日", "2028年12月31日")
)


@pytest.fixture
def home(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a test may change."""
    home = tmp_path / "home"
    shutil.copytree(settings.home / "index", home / "index", ignore=shutil.ignore_patterns("lock"))
    (home / "models").symlink_to(settings.home / "models")
    monkeypatch.setenv("ZHENGCE_HOME", str(home))
    return home


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, on that home."""
    return runner(capsys)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that the package does not have."""
    path = tmp_path / "低空经济.txt"
    path.write_text(POLICY, "utf-8")
    return path


@pytest.fixture
def revised(tmp_path: Path) -> Path:
    """Its next version."""
    path = tmp_path / "低空经济2026.txt"
    path.write_text(REVISED, "utf-8")
    return path
