"""The addresses of sign-in and people."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
