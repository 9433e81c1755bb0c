"""The yardstick: a Django application that does nothing else, under the same server with the same settings.

``/view`` answers with a word. ``/insert`` puts one row into a table of the same PostgreSQL and answers when it is safe.
"""

import os
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

_DATABASE = urlsplit(os.environ["BARE_DATABASE_URL"])

settings.configure(
    SECRET_KEY="of no use to anybody",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _DATABASE.path.lstrip("/"),
            "USER": _DATABASE.username,
            "HOST": _DATABASE.hostname,
            "PORT": _DATABASE.port,
            "CONN_MAX_AGE": 600,
        }
    },
    USE_TZ=True,
)
django.setup()


def view(_request: HttpRequest) -> HttpResponse:
    """A word."""
    return HttpResponse("served")


def insert(_request: HttpRequest) -> HttpResponse:
    """One row."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (text) VALUES (%s)", ["a note of one sentence, as people write them"])
    return HttpResponse("kept")


urlpatterns = [path("view", view), path("insert", insert)]
application = get_wsgi_application()
