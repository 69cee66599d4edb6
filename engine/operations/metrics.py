"""A process's metrics for Prometheus; created once per process and passed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

LATENESS_BUCKETS = (1, 5, 15, 60, 300, 3600, 86400)
DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

GaugeReader = Callable[[], Mapping[str, tuple[str, float]]]
"""The current gauges: name -> (meaning, value)."""


class Meters:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._late = Histogram(
            "tongdai_timer_lateness_seconds",
            "From due to fired",
            buckets=LATENESS_BUCKETS,
            registry=self.registry,
        )
        self._failed = Counter("tongdai_timers_failed", "Steps of timers that failed", registry=self.registry)
        self._mails = Counter("tongdai_mails", "Mails by outcome", ("channel", "outcome"), registry=self.registry)
        self._requests = Histogram(
            "tongdai_request_seconds",
            "Requests by page and kind of answer",
            ("route", "answer"),
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self._step = Histogram(
            "tongdai_step_seconds", "Steps of cases, writing included", buckets=DURATION_BUCKETS, registry=self.registry
        )

    def observe_timer(self, late: float) -> None:
        """Record that a timer fired `late` seconds after it was due."""
        self._late.observe(max(0.0, late))

    def count_failed_timer(self) -> None:
        """Count a failed timer step."""
        self._failed.inc()

    def count_mail(self, channel: str, outcome: str) -> None:
        """Count a mail that was sent, postponed or refused."""
        self._mails.labels(channel, outcome).inc()

    def observe_request(self, route: str, status: int, seconds: float) -> None:
        """Record an answered request."""
        self._requests.labels(route, f"{status // 100}xx").observe(seconds)

    def observe_step(self, seconds: float) -> None:
        """Record a step that was taken and written."""
        self._step.observe(seconds)

    def register_gauges(self, read_gauges: GaugeReader) -> None:
        """Export these gauges too, reading them on each scrape."""
        self.registry.register(_Gauges(read_gauges))


class _Gauges(Collector):
    """Gauges that are read from the database on each scrape."""

    def __init__(self, read_gauges: GaugeReader) -> None:
        self._figures = read_gauges

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so that registering does not read the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the current gauges."""
        for name, (meaning, value) in self._figures().items():
            yield GaugeMetricFamily(name, meaning, value=value)
