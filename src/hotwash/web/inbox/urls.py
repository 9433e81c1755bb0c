"""The address where senders deliver."""

from django.urls import path

from hotwash.web.inbox import endpoint

urlpatterns = [path("in/<slug:sender>/<str:secret>", endpoint.take_in, name="take-in")]
