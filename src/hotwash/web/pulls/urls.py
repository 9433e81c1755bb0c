"""The addresses of the pages of pulls."""

from django.urls import path

from hotwash.web.pulls import pages

urlpatterns = [
    path("inbox/pulls/", pages.pulls, name="pulls"),
    path("inbox/pulls/add/<slug:kind>/", pages.add, name="pull-add"),
    path("inbox/pulls/<slug:name>/", pages.change, name="pull-change"),
    path("inbox/pulls/<slug:name>/<slug:verb>/", pages.act, name="pull-act"),
]
