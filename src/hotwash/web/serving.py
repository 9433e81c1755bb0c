"""How gunicorn serves the application (`hotwash up`, or `gunicorn -c python:hotwash.web.serving`).

One process with threads: the only writer of SQLite then queues inside it, and long questions run in a thread of it.
"""

from typing import Any

wsgi_app = "hotwash.web.wsgi:application"
worker_class = "gthread"
workers = 1
threads = 8
timeout = 120
graceful_timeout = 10
keepalive = 5
loglevel = "warning"
proc_name = "hotwash"
control_socket_disable = True
# Bodies of 12 MB go through memory; a header that is longer than this is no browser's.
limit_request_line = 8190
limit_request_field_size = 16380


def post_worker_init(worker: Any) -> None:  # noqa: ARG001
    """Let the garbage collector pass over what the start has loaded: it is there for good."""
    import gc

    gc.collect()
    gc.freeze()


def on_exit(server: Any) -> None:  # noqa: ARG001
    """Say that it has ended on purpose."""
    import sys

    sys.stderr.write("Hotwash has ended. Everything that was recorded is kept.\n")
