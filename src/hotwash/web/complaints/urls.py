"""The addresses of reports from people: those that need no account, and those behind the inbox."""

from django.urls import path

from hotwash.web.complaints import public

urlpatterns = [
    path("report/", public.report, name="report"),
    path("report/status/", public.status, name="report-status"),
    path("report/<slug:slug>/", public.report, name="report-on"),
]
