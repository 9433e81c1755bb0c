"""Every kind of job that a worker of this version does."""

from datetime import timedelta

from hotwash.response.jobs import Kind, Kinds
from hotwash.web.work.tidy import tidy

KINDS = Kinds.of(
    Kind("tidy", "Delete jobs, sessions and sign-in links that have run out.", tidy, every=timedelta(days=1)),
)
