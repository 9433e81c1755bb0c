"""How Django finds the tables."""

from django.apps import AppConfig


class Tables(AppConfig):
    """The application that owns every table of Hotwash's own."""

    name = "hotwash.web.tables"
    label = "tables"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and count connections."""
        from hotwash.web import checks, connections  # noqa: F401

        connections.watch()
