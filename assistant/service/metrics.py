"""Counters and timings for Prometheus, over all processes where there are several."""

from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = ["Metrics"]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What is counted. `folder` is where several processes put their numbers, None for one process."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        here = self._registry
        self.requests = Counter(
            "zhengce_requests", "HTTP 请求数", ["route", "method", "status"], registry=here
        )
        self.request_seconds = Histogram(
            "zhengce_request_seconds", "HTTP 请求用时（秒）", ["route"], registry=here, buckets=_SECONDS
        )
        self.step_seconds = Histogram(
            "zhengce_step_seconds", "回答各步用时（秒）", ["step"], registry=here, buckets=_SECONDS
        )
        self.answers = Counter("zhengce_answers", "回答数", ["channel", "refused"], registry=here)
        self.worded = Counter("zhengce_model_answers", "大模型参与的回答，按结果", ["outcome"], registry=here)
        self.model_calls = Counter("zhengce_model_calls", "请求大模型的次数", registry=here)
        self.model_tokens = Counter("zhengce_model_tokens", "大模型的 token", ["direction"], registry=here)
        self.model_cost = Counter("zhengce_model_cost_yuan", "大模型的费用（元）", registry=here)
        self.pushes = Counter(
            "zhengce_pushes", "推送到微信和企业微信的消息", ["channel", "verdict"], registry=here
        )
        self.pending = Gauge(
            "zhengce_pending", "正在计算和排队的请求", registry=here, multiprocess_mode="livesum"
        )

    def render(self) -> bytes:
        """Everything in Prometheus' text format."""
        if self._folder is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(together)
