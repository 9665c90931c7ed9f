"""Flags: each a bit of its own with a meaning; what bars a certificate is named."""

from holin.metering import BARRING, MEANINGS, Flag, flags_in


def test_every_flag_is_one_bit_with_a_meaning() -> None:
    assert sorted(f.value for f in Flag) == [2**k for k in range(len(Flag))]
    assert set(MEANINGS) == set(Flag)


def test_only_repairs_without_loss_do_not_bar() -> None:
    assert set(Flag) - set(flags_in(BARRING)) == {Flag.ROLLOVER, Flag.CLOCK, Flag.CORRECTED, Flag.BY_HAND}


def test_flags_in_takes_a_sum_apart() -> None:
    assert list(flags_in(Flag.STUCK | Flag.INVALID)) == [Flag.INVALID, Flag.STUCK]
    assert list(flags_in(0)) == []
