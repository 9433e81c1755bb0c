"""Boolean algebra on decision diagrams: gates with shared parts in, exact probabilities and minimal sets out.

Speaks of variables, not of risk. Pure Python; `compiled` does the same by numba where that is installed, node for node.
"""
