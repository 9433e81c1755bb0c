"""Trackers of work elsewhere, a file each: GitHub, GitLab, Jira. Each keeps the promise of `hotwash.response.tracking`.

Each has three functions beside its class: ``verify`` holds a webhook against its secret, ``named`` reads off which
issues it is about, and ``header`` makes what lets calls in. A webhook only says that something changed: what it is, is
asked of the tracker.
"""
