"""Sets of whole numbers as sorted, disjoint, inclusive intervals: ports of a protocol, addresses of a family."""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]


def united(members: Iterable[Interval]) -> Intervals:
    """The set of all numbers of some intervals, in any order; an interval that ends before it starts holds none."""
    found: list[Interval] = []
    for low, high in sorted(members):
        if low > high:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def common(one: Intervals, other: Intervals) -> Intervals:
    """The numbers of both sets."""
    found: list[Interval] = []
    mine, theirs = 0, 0
    while mine < len(one) and theirs < len(other):
        low = max(one[mine][0], other[theirs][0])
        high = min(one[mine][1], other[theirs][1])
        if low <= high:
            found.append((low, high))
        if one[mine][1] < other[theirs][1]:
            mine += 1
        else:
            theirs += 1
    return tuple(found)


def without(one: Intervals, other: Intervals) -> Intervals:
    """The numbers of one set that are not of the other."""
    found: list[Interval] = []
    for low, high in one:
        start = low
        for cut_low, cut_high in other:
            if cut_high < start or cut_low > high:
                continue
            if cut_low > start:
                found.append((start, cut_low - 1))
            start = cut_high + 1
        if start <= high:
            found.append((start, high))
    return tuple(found)


def holds(members: Intervals, number: int) -> bool:
    """Whether a number is of the set."""
    return any(low <= number <= high for low, high in members)
