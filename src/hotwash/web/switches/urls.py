"""Addresses for programs that follow switches: guards below `/guard/v1/`, OFREP providers below `/ofrep/v1/`."""

from django.urls import path

from hotwash.web.switches import guards, ofrep

urlpatterns = [
    path("guard/v1/snapshot", guards.snapshot, name="guard-snapshot"),
    path("guard/v1/stream", guards.stream, name="guard-stream"),
    path("guard/v1/confirm", guards.confirm, name="guard-confirm"),
    path("ofrep/v1/evaluate/flags", ofrep.bulk, name="ofrep-bulk"),
    path("ofrep/v1/evaluate/flags/<path:flag>", ofrep.single, name="ofrep-single"),
    path("ofrep/v1/sse", ofrep.stream, name="ofrep-stream"),
]
