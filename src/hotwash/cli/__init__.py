"""The ``hotwash`` command: the same verbs as the API, over a data folder of this machine or over a server."""
