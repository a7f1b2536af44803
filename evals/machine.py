"""Where and of what a measurement was taken: date, commit, machine, and memory of this process."""

import os
import platform
import resource
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Origin",
    "busy_seconds",
    "cpu_seconds",
    "family",
    "origin",
    "peak_megabytes",
    "resident_megabytes",
]

_ROOT = Path(__file__).resolve().parents[1]


class Origin(BaseModel):
    """What a table of measurements must say of itself; `load` is the machine's load average at the beginning."""

    model_config = ConfigDict(frozen=True)

    date: str
    commit: str
    machine: str
    cores: int
    load: float
    python: str

    def line(self) -> str:
        """All of it in one Chinese line."""
        return (
            f"{self.date}，提交 {self.commit}，{self.machine}，{self.cores} 核"
            f"（开始时负载 {self.load:.1f}），Python {self.python}"
        )


def origin() -> Origin:
    """The origin of what is measured now."""
    return Origin(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=_commit(),
        machine=_processor(),
        cores=len(os.sched_getaffinity(0)),
        load=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
    )


def peak_megabytes() -> float:
    """The most memory that this process has held.

    Read from the kernel's record of this program alone: `ru_maxrss` also counts what the parent held when it
    started us.
    """
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_megabytes(process: int | None = None) -> float:
    """The memory that a process, by default this one, holds now; 0 where the system does not tell."""
    return _status("VmRSS", process) or 0.0


def family(process: int) -> list[int]:
    """A process and all that descend from it; the process alone where the system does not tell."""
    try:
        said = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    except OSError:
        said = ""
    return [process] + [member for child in said.split() for member in family(int(child))]


def cpu_seconds(process: int) -> float:
    """The processor time that a running process has used; 0 where the system does not tell."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    # The name of the program, in parentheses, may hold spaces.
    fields = said.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """The processor time that the whole machine has used since it started; 0 where the system does not tell."""
    try:
        fields = Path("/proc/stat").read_text(encoding="utf-8").partition("\n")[0].split()[1:9]
    except OSError:
        return 0.0
    idle = slice(3, 5)
    return (sum(map(int, fields)) - sum(map(int, fields[idle]))) / os.sysconf("SC_CLK_TCK")


def _status(name: str, process: int | None = None) -> float | None:
    try:
        lines = Path(f"/proc/{process or 'self'}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), None)


def _commit() -> str:
    """The commit of the checkout, marked where files differ from it; the package's version outside of one."""
    described = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty=（有未提交的改动）", "--exclude=*"]
    try:
        return subprocess.run(described, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return version("zhengce")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
