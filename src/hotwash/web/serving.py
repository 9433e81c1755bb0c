"""How gunicorn serves the application (`hotwash up`, or `gunicorn -c python:hotwash.web.serving`).

One process with threads: the only writer of SQLite then queues inside it, and long questions run in a thread of it.
Each guard that follows by stream takes a thread, which sleeps; threads are made when they are needed.
"""

from typing import Any

from hotwash.web import options

wsgi_app = "hotwash.web.wsgi:application"
worker_class = "gthread"
workers = 1
threads = 8 + options.read().streams_max
worker_connections = 1000 + options.read().streams_max
timeout = 120
graceful_timeout = 10
keepalive = 5
loglevel = "warning"
proc_name = "hotwash"
control_socket_disable = True
# Bodies of 12 MB go through memory; a header that is longer than this is no browser's.
limit_request_line = 8190
limit_request_field_size = 16380

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "hotwash.web.log.Plain", "detail": options.read().log_detail},
        "json": {"()": "hotwash.web.log.Lines", "detail": options.read().log_detail},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": options.read().log_form}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
"""What gunicorn itself writes goes through the same form, which leaves out what somebody sent."""

SWITCH_INTERVAL_S = 0.0005


def on_starting(server: Any) -> None:  # noqa: ARG001
    """Make what the data folder of this machine lacks, where `hotwash up` has not done it before."""
    import subprocess
    import sys

    from hotwash.web import home

    chosen = options.read()
    home.prepare(chosen)
    if not (chosen.assets / "vega.version").is_file():
        # A process of its own: what draws charts starts threads, which must not be there when this one forks.
        made = "from hotwash.web import assets, options; assets.build_charts(options.read())"
        subprocess.run([sys.executable, "-c", made], check=False)


def post_worker_init(worker: Any) -> None:
    """Let the garbage collector pass over what the start has loaded, and streams know when the server ends."""
    import gc
    import sys

    from hotwash.web.inbox.batch import BATCHES
    from hotwash.web.switches.following_up import FOLLOWING_UP
    from hotwash.web.switches.waking import WATCH

    WATCH.ending = lambda: not worker.alive
    FOLLOWING_UP.on = BATCHES.on = True
    # A hundred streams are told in turn. While a request computes, each would wait 5 ms for the interpreter.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()


def on_exit(server: Any) -> None:  # noqa: ARG001
    """Say that it has ended on purpose."""
    import sys

    sys.stderr.write("Hotwash has ended. Everything that was recorded is kept.\n")
