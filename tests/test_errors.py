"""Errors: a fault in one line, all faults at once, one parent of all."""

import inspect

import pytest

from holin import errors
from holin.errors import BadInput, Fault, HolinError

FAULT = Fault(
    file="bus.csv", row=3, field="v_nom_kv", value="-66", problem="must be above 0", right="write kV, such as 66"
)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (FAULT, "bus.csv:3 v_nom_kv = '-66': must be above 0; write kV, such as 66"),
        (Fault(file="park.toml", problem="missing", right="make it"), "park.toml: missing; make it"),
        (Fault(file="a.csv", row=1, problem="p", right="r"), "a.csv:1: p; r"),
        (Fault(file="a.csv", field="f", value="", problem="p", right="r"), "a.csv f = '': p; r"),
    ],
)
def test_a_fault_says_where_what_and_what_would_be_right(fault: Fault, sentence: str) -> None:
    assert str(fault) == sentence


def test_bad_input_lists_all_faults_and_counts_errors_only() -> None:
    warning = Fault(file="a.csv", problem="odd", right="look", severity="warning")
    error = BadInput([FAULT, warning, FAULT])
    assert error.faults == (FAULT, warning, FAULT)
    assert str(error).splitlines() == ["2 fault(s) in the input:", f"  {FAULT}", f"  warning: {warning}", f"  {FAULT}"]


def test_every_error_is_a_child_of_one_and_says_what_it_is_for() -> None:
    own = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, Exception)]
    assert len(own) > 5
    assert all(issubclass(c, HolinError) and c.__doc__ for c in own)
