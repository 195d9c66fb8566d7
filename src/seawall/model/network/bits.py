"""Sets of pods as whole numbers: bit `n` stands for the pod of number `n`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from seawall.model.permissions import Answer


class Bits(NamedTuple):
    """The members that a condition holds for, as far as that is known."""

    must: int
    """Those it surely holds for."""
    may: int
    """Those and the ones where it depends."""

    def of(self, number: int) -> Answer:
        """Whether it holds for one member."""
        if self.must >> number & 1:
            return Answer.YES
        return Answer.UNKNOWN if self.may >> number & 1 else Answer.NO


NO_BITS = Bits(0, 0)


def mask(numbers: AbstractSet[int] | Iterable[int]) -> int:
    """The set of some numbers."""
    found = sorted(numbers)
    if len(found) < 8:
        return sum(1 << number for number in found)
    row = bytearray(found[-1] // 8 + 1)
    for number in found:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")


def members(bits: int) -> Iterator[int]:
    """The numbers of a set, in order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
