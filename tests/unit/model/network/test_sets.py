"""Sets of ports, addresses and pods, held against the plainest sets there are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.model.network.addresses import block, cut
from seawall.model.network.bits import mask, members
from seawall.model.network.intervals import Intervals, common, holds, united, without
from seawall.model.network.ports import ALL, NONE, PortSet, asked, partition, ports_of

intervals = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=5).map(united)


def plain(held: Intervals) -> set[int]:
    return {number for low, high in held for number in range(low, high + 1)}


@given(intervals, intervals)
def test_intervals_are_sets(one: Intervals, other: Intervals) -> None:
    assert plain(united(one + other)) == plain(one) | plain(other)
    assert plain(common(one, other)) == plain(one) & plain(other)
    assert plain(without(one, other)) == plain(one) - plain(other)
    assert {number for number in range(40) if holds(one, number)} == plain(one)
    for found in (united(one + other), common(one, other), without(one, other)):
        assert all(low <= high for low, high in found)
        assert all(first[1] + 1 < second[0] for first, second in itertools.pairwise(found))


@given(st.lists(st.builds(PortSet, intervals, intervals, intervals), max_size=4))
def test_a_partition_has_each_port_once_and_every_set_whole(sets: list[PortSet]) -> None:
    parts = partition([*sets, ALL, NONE])
    assert sum((low <= 77 <= high) for part in parts for low, high in part.ports.udp) == 1
    whole = NONE
    for part in parts:
        assert not whole & part.ports
        whole = whole | part.ports
        for each in {*sets, ALL} - {NONE}:
            assert (each in part.held) == (not part.ports - each), (each, part)
    assert whole == ALL


@given(st.sets(st.integers(0, 300)))
def test_a_set_of_pods_is_a_number(numbers: set[int]) -> None:
    bits = mask(numbers)
    assert bits == sum(1 << number for number in numbers)
    assert list(members(bits)) == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", ports_of("TCP", (80, 80))),
        ("80/udp", ports_of("UDP", (80, 80))),
        ("80-90/SCTP", ports_of("SCTP", (80, 90))),
        ("0", None),
        ("65536", None),
        ("90-80", None),
        ("80/ICMP", None),
        ("http", None),
    ],
)
def test_ports_as_people_write_them(text: str, expected: PortSet | None) -> None:
    assert asked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1", "10.0.0.1/32"),
        ("10.0.0.1/8", "10.0.0.0/8"),
        ("010.000.0.1/32", "10.0.0.1/32"),
        ("fd00::1/64", "fd00::/64"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("10.0.0.0/33", None),
        ("", None),
        ("internet", None),
    ],
)
def test_blocks_as_kubernetes_reads_them(text: str, expected: str | None) -> None:
    found = block(text)
    assert (None if found is None else str(found)) == expected


def test_addresses_are_cut_where_blocks_end() -> None:
    whole, inner = block("10.0.0.0/8"), block("10.1.0.0/16")
    assert whole is not None
    assert inner is not None
    assert cut(whole, [inner, inner]) == [inner, whole - inner]
    assert cut(inner, [whole]) == [inner]
