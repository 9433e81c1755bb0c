"""The server side of switches: services with their tokens, signed snapshots, streams, confirmations, OFREP.

The protocol is `docs/reference/guard.md`, and OFREP 0.3 for everybody else's clients. What stands is in the records;
what is published is made from them.
"""
