"""The JSON API under ``/api/v1``: the desk's verbs and the readings of records, for programs and the command line."""
