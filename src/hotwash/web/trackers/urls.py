"""The address where trackers say that something changed."""

from django.urls import path

from hotwash.web.trackers import hooks

urlpatterns = [path("hooks/trackers/<slug:name>/", hooks.hear, name="hear-tracker")]
