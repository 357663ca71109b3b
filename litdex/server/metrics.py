"""What the server counts, for Prometheus: requests, their time, each leg's time, legs that did not answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

from litdex.server.watched import Watched, route_of

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300)  # seconds


class Metrics:
    """One server's figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "litdex_requests", "Requests by route and status.", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "litdex_request_seconds", "Time of a request.", ["route"], buckets=BUCKETS, registry=self.registry
        )
        self.legs = Histogram(
            "litdex_leg_seconds", "Time of one leg of a search.", ["leg"], buckets=BUCKETS, registry=self.registry
        )
        self.missing = Counter(
            "litdex_missing_legs", "Searches that a leg did not answer.", ["leg"], registry=self.registry
        )
        self.answers = Counter(
            "litdex_answers", "Answers, by whether they refuse.", ["refused"], registry=self.registry
        )
        self.failures = Counter(
            "litdex_failures", "Requests that ended by an error, by its kind.", ["kind"], registry=self.registry
        )
        self.at_work = Gauge("litdex_requests_at_work", "Requests that are not answered yet.", registry=self.registry)
        self.papers = Gauge("litdex_papers", "Papers in the library.", registry=self.registry)
        self.pending = Gauge(
            "litdex_pending_papers", "Papers that an engine has yet to take over.", ["engine"], registry=self.registry
        )

    def searched(self, milliseconds: Mapping[str, float], missing: Iterable[str]) -> None:
        """Note one search."""
        for leg, each in milliseconds.items():
            self.legs.labels(leg).observe(each / 1000)
        for leg in missing:
            self.missing.labels(leg).inc()

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)


class Measured:
    """Counts and times each request, as an ASGI layer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, watched = time.perf_counter(), Watched(send)
        self._metrics.at_work.inc()
        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.at_work.dec()
            route = route_of(scope)
            self._metrics.requests.labels(route, str(watched.status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - begun)
