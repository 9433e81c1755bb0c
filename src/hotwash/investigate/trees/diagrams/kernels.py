"""The loops and recursions of `table`, compiled by numba. Imported only where numba is, and only for large diagrams.

A node is a row (level, low, high, next in its bucket); ``state`` is [count, full, mask of buckets, mask of the cache,
most rows, mask of the cache of choices]. A kernel that runs out of rows sets ``full`` and unwinds; its caller makes
room and asks again, with what was found so far still in the cache.
"""

# ruff: noqa: C901, PLR0911, PLR0912, PLR0917, PLR1714 - numba compiles plain functions with plain arguments

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import int64, njit

F = TypeVar("F", bound=Callable[..., Any])

_NODES = "int32[:,::1], int32[::1], int32[:,::1], int64[::1]"


def _kernel(signature: str) -> Callable[[F], F]:
    def made(function: F) -> F:
        return cast(F, njit(signature, cache=True)(function))

    return made


@_kernel("int64(int64, int64, int64)")
def _mix(a: int, b: int, c: int) -> Any:
    x = int64(a) * 0x9E3779B1 ^ int64(b) * 0x85EBCA77 ^ int64(c) * 0xC2B2AE3D
    x ^= x >> 29
    x *= 0x165667B1
    x ^= x >> 32
    return x


@_kernel("int32(int32[:,::1], int32[::1], int64[::1], int32, int32, int32)")
def add(nodes: Any, heads: Any, state: Any, level: Any, low: Any, high: Any) -> Any:
    """The row of a node, found or new."""
    bucket = _mix(level, low, high) & state[2]
    i = heads[bucket]
    while i:
        if nodes[i, 1] == low and nodes[i, 2] == high and nodes[i, 0] == level:
            return i
        i = nodes[i, 3]
    i = np.int32(state[0])
    if i >= state[4]:
        state[1] = 1
        return np.int32(0)
    nodes[i, 0] = level
    nodes[i, 1] = low
    nodes[i, 2] = high
    nodes[i, 3] = heads[bucket]
    heads[bucket] = i
    state[0] = i + 1
    return i


@_kernel(f"int32({_NODES}, int32, int32, int32)")
def apply(nodes: Any, heads: Any, cache: Any, state: Any, operation: Any, f: Any, g: Any) -> Any:
    """AND (0), OR (1) or XOR (2) of two nodes."""
    if operation == 0:
        if f == 0 or g == 0:
            return np.int32(0)
        if f == 1:
            return g
        if g == 1 or f == g:
            return f
    elif operation == 1:
        if f == 1 or g == 1:
            return np.int32(1)
        if f == 0:
            return g
        if g == 0 or f == g:
            return f
    else:
        if f == g:
            return np.int32(0)
        if f == 0:
            return g
        if g == 0:
            return f
        if f < 2 and g < 2:
            return np.int32(1)
    if f > g:
        f, g = g, f
    h = _mix(operation, f, g) & state[3]
    if cache[h, 0] == operation and cache[h, 1] == f and cache[h, 2] == g:
        return cache[h, 3]
    a = nodes[f, 0]
    b = nodes[g, 0]
    f0, f1 = (nodes[f, 1], nodes[f, 2]) if a <= b else (f, f)
    g0, g1 = (nodes[g, 1], nodes[g, 2]) if b <= a else (g, g)
    low = apply(nodes, heads, cache, state, operation, f0, g0)
    if state[1]:
        return np.int32(0)
    high = apply(nodes, heads, cache, state, operation, f1, g1)
    if state[1]:
        return np.int32(0)
    found = low if low == high else add(nodes, heads, state, min(a, b), low, high)
    if state[1]:
        return np.int32(0)
    cache[h, 0] = operation
    cache[h, 1] = f
    cache[h, 2] = g
    cache[h, 3] = found
    return found


@_kernel(f"int32({_NODES}, int32[:,::1], int32, int32, int32)")
def choose(nodes: Any, heads: Any, cache: Any, state: Any, choices: Any, f: Any, g: Any, h: Any) -> Any:
    """If f then g else h."""
    if f == 1 or g == h:
        return g
    if f == 0:
        return h
    if g == 1:
        return apply(nodes, heads, cache, state, np.int32(1), f, h)
    if h == 0:
        return apply(nodes, heads, cache, state, np.int32(0), f, g)
    k = _mix(f, g, h) & state[5]
    if choices[k, 0] == f and choices[k, 1] == g and choices[k, 2] == h:
        return choices[k, 3]
    level = min(nodes[f, 0], nodes[g, 0], nodes[h, 0])
    f0, f1 = (nodes[f, 1], nodes[f, 2]) if nodes[f, 0] == level else (f, f)
    g0, g1 = (nodes[g, 1], nodes[g, 2]) if nodes[g, 0] == level else (g, g)
    h0, h1 = (nodes[h, 1], nodes[h, 2]) if nodes[h, 0] == level else (h, h)
    low = choose(nodes, heads, cache, state, choices, f0, g0, h0)
    if state[1]:
        return np.int32(0)
    high = choose(nodes, heads, cache, state, choices, f1, g1, h1)
    if state[1]:
        return np.int32(0)
    found = low if low == high else add(nodes, heads, state, level, low, high)
    if state[1]:
        return np.int32(0)
    choices[k, 0] = f
    choices[k, 1] = g
    choices[k, 2] = h
    choices[k, 3] = found
    return found


@_kernel("void(int32[:,::1], int32[::1], int64[::1])")
def rehash(nodes: Any, heads: Any, state: Any) -> None:
    """Fill the buckets anew."""
    heads[:] = 0
    for i in range(2, state[0]):
        bucket = _mix(nodes[i, 0], nodes[i, 1], nodes[i, 2]) & state[2]
        nodes[i, 3] = heads[bucket]
        heads[bucket] = i


@_kernel("void(int32[:,::1], int32[:,::1], int64[::1])")
def move(old: Any, new: Any, state: Any) -> None:
    """Carry a cache over into a larger one."""
    for i in range(old.shape[0]):
        if old[i, 0] >= 0:
            h = _mix(old[i, 0], old[i, 1], old[i, 2]) & state[3]
            for j in range(4):
                new[h, j] = old[i, j]


@_kernel("int64(int32[:,::1], int64, int32[::1], int32[:,::1], int32[::1])")
def compact(nodes: Any, count: Any, roots: Any, out: Any, renamed: Any) -> Any:
    """Copy what some roots need; the new count."""
    renamed[:count] = 0
    for root in roots:
        if root > 1:
            renamed[root] = 1
    for i in range(count - 1, 1, -1):
        if renamed[i]:
            if nodes[i, 1] > 1:
                renamed[nodes[i, 1]] = 1
            if nodes[i, 2] > 1:
                renamed[nodes[i, 2]] = 1
    renamed[0] = 0
    renamed[1] = 1
    kept = 2
    for i in range(2, count):
        if renamed[i]:
            out[kept, 0] = nodes[i, 0]
            out[kept, 1] = renamed[nodes[i, 1]]
            out[kept, 2] = renamed[nodes[i, 2]]
            renamed[i] = kept
            kept += 1
    return kept


@_kernel("void(int32[:,::1], float64[::1], float64[::1])")
def probabilities(nodes: Any, chances: Any, out: Any) -> None:
    """Of each node, the probability that it is true."""
    out[0] = 0.0
    out[1] = 1.0
    for i in range(2, nodes.shape[0]):
        chance = chances[nodes[i, 0]]
        out[i] = chance * out[nodes[i, 2]] + (1.0 - chance) * out[nodes[i, 1]]


@_kernel("void(int32[:,::1], float64[::1], float64[::1], int64, float64[::1], float64[::1])")
def derivatives(nodes: Any, chances: Any, true: Any, root: Any, reached: Any, out: Any) -> None:
    """Of each level, the derivative of the root's probability."""
    reached[:] = 0.0
    reached[root] = 1.0
    for i in range(nodes.shape[0] - 1, 1, -1):
        reach = reached[i]
        if reach != 0.0:
            level, low, high = nodes[i, 0], nodes[i, 1], nodes[i, 2]
            out[level] += reach * (true[high] - true[low])
            reached[high] += reach * chances[level]
            reached[low] += reach * (1.0 - chances[level])


@_kernel(f"int32({_NODES}, int32, int32)")
def without(nodes: Any, heads: Any, cache: Any, state: Any, f: Any, g: Any) -> Any:
    """The sets of family f that contain no set of family g."""
    if f == 0 or g == 1 or f == g:
        return np.int32(0)
    if g == 0:
        return f
    level = nodes[f, 0]
    while nodes[g, 0] < level:
        g = nodes[g, 1]
    if g == 0:
        return f
    if g == 1:
        return np.int32(0)
    h = _mix(6, f, g) & state[3]
    if cache[h, 0] == 6 and cache[h, 1] == f and cache[h, 2] == g:
        return cache[h, 3]
    if nodes[g, 0] == level:
        high = without(nodes, heads, cache, state, nodes[f, 2], nodes[g, 1])
        if state[1]:
            return np.int32(0)
        high = without(nodes, heads, cache, state, high, nodes[g, 2])
        if state[1]:
            return np.int32(0)
        low = without(nodes, heads, cache, state, nodes[f, 1], nodes[g, 1])
    else:
        high = without(nodes, heads, cache, state, nodes[f, 2], g)
        if state[1]:
            return np.int32(0)
        low = without(nodes, heads, cache, state, nodes[f, 1], g)
    if state[1]:
        return np.int32(0)
    found = low if high == 0 else add(nodes, heads, state, level, low, high)
    if state[1]:
        return np.int32(0)
    cache[h, 0] = 6
    cache[h, 1] = f
    cache[h, 2] = g
    cache[h, 3] = found
    return found


@_kernel(f"int64(int32[:,::1], int64, int32[::1], {_NODES})")
def minimal(diagram: Any, start: Any, found: Any, nodes: Any, heads: Any, cache: Any, state: Any) -> Any:
    """Of each node of a diagram, the family of its minimal sets; where it had to stop for want of rows."""
    found[0] = 0
    found[1] = 1
    for i in range(start, diagram.shape[0]):
        low = found[diagram[i, 1]]
        high = without(nodes, heads, cache, state, found[diagram[i, 2]], low)
        if state[1]:
            return i
        family = low if high == 0 else add(nodes, heads, state, diagram[i, 0], low, high)
        if state[1]:
            return i
        found[i] = family
    return diagram.shape[0]


@_kernel("void(int32[:,::1], float64[::1], float64[::1])")
def weights(nodes: Any, of: Any, out: Any) -> None:
    """Of each family, the sum over its sets of the products of weights."""
    out[0] = 0.0
    out[1] = 1.0
    for i in range(2, nodes.shape[0]):
        out[i] = of[nodes[i, 0]] * out[nodes[i, 2]] + out[nodes[i, 1]]
