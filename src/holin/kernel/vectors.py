"""A register of LANES numbers as one value in compiled code: what holds for one hour is done for as many at once.

Numba leaves loops over a few lanes scalar, or checks in each of them whether arrays overlap; LLVM's own vector type
needs neither, and becomes whatever registers the machine has. These are only for compiled functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # Numba's own, always beside it
from numba import types  # before a part of it, see `compiling`
from numba.extending import intrinsic, models, register_model

LANES = 8
"""States or segments side by side: one register of eight, two of four."""

VECTOR = ir.VectorType(ir.DoubleType(), LANES)


def _in_line(build: Callable[..., Any]) -> Any:
    return intrinsic(build)


class _Vector(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Vector{LANES}")


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, VECTOR)  # type: ignore[no-untyped-call]


_vector = _Vector()


def _place(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    at = builder.gep(data, [builder.mul(index, ir.Constant(index.type, LANES))])
    return builder.bitcast(at, VECTOR.as_pointer())


@_in_line
def load(_: Any, array: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
    """Return the lanes of a contiguous array from `LANES * index` on."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        loaded = builder.load(_place(context, builder, signature.args[0], given[0], given[1]))
        loaded.align = 8
        return loaded

    return _vector(array, types.intp), build


@_in_line
def store(_: Any, array: Any, index: Any, value: Any) -> tuple[Any, Callable[..., Any]]:
    """Write the lanes of a contiguous array from `LANES * index` on."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        stored = builder.store(given[2], _place(context, builder, signature.args[0], given[0], given[1]))
        stored.align = 8
        return context.get_dummy_value()

    return types.void(array, types.intp, _vector), build


@_in_line
def less(_: Any, c: Any, a: Any, b: Any) -> tuple[Any, Callable[..., Any]]:
    """Return c - a b."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fsub(given[0], builder.fmul(given[1], given[2], flags=["contract"]), flags=["contract"])

    return _vector(_vector, _vector, _vector), build


@_in_line
def more(_: Any, c: Any, a: Any, b: Any) -> tuple[Any, Callable[..., Any]]:
    """Return c + a b."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fadd(given[0], builder.fmul(given[1], given[2], flags=["contract"]), flags=["contract"])

    return _vector(_vector, _vector, _vector), build


@_in_line
def plus(_: Any, a: Any, b: Any) -> tuple[Any, Callable[..., Any]]:
    """Return a + b."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fadd(given[0], given[1])

    return _vector(_vector, _vector), build


@_in_line
def minus(_: Any, a: Any, b: Any) -> tuple[Any, Callable[..., Any]]:
    """Return a - b."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fsub(given[0], given[1])

    return _vector(_vector, _vector), build


@_in_line
def times(_: Any, a: Any, b: Any) -> tuple[Any, Callable[..., Any]]:
    """Return a b."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fmul(given[0], given[1])

    return _vector(_vector, _vector), build


@_in_line
def inverse(_: Any, a: Any) -> tuple[Any, Callable[..., Any]]:
    """Return 1 / a."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fdiv(ir.Constant(VECTOR, [1.0] * LANES), given[0])

    return _vector(_vector), build


@_in_line
def nothing(_: Any) -> tuple[Any, Callable[..., Any]]:
    """Return zeros."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return ir.Constant(VECTOR, [0.0] * LANES)

    return _vector(), build


@_in_line
def one(_: Any) -> tuple[Any, Callable[..., Any]]:
    """Return ones."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return ir.Constant(VECTOR, [1.0] * LANES)

    return _vector(), build


@_in_line
def gathered(_: Any, array: Any, first: Any, last: Any, column: Any) -> tuple[Any, Callable[..., Any]]:
    """Return array[first, column], array[first + 1, column] and so on of a contiguous array; rows end at `last`."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        values, row, end, at = given
        table = context.make_array(signature.args[0])(context, builder, values)
        width = builder.extract_value(table.shape, 1)
        found = ir.Constant(VECTOR, ir.Undefined)
        for lane in range(LANES):
            here = builder.add(row, ir.Constant(row.type, lane))
            here = builder.select(builder.icmp_signed("<", here, end), here, end)
            number = builder.load(builder.gep(table.data, [builder.add(builder.mul(here, width), at)]))
            found = builder.insert_element(found, number, ir.Constant(ir.IntType(32), lane))
        return found

    return _vector(array, types.intp, types.intp, types.intp), build


@_in_line
def sent(_: Any, there: Any, back: Any, limit: Any) -> tuple[Any, Callable[..., Any]]:
    """Return `there` in the lanes in which it exceeds the limit and `back` is below minus the limit, else 0."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        out, into, least = given
        bound = _all_lanes(builder, least)
        goes = builder.fcmp_ordered(">", out, bound)
        comes = builder.fcmp_ordered("<", into, builder.fsub(ir.Constant(VECTOR, [0.0] * LANES), bound))
        return builder.select(builder.and_(goes, comes), out, ir.Constant(VECTOR, [0.0] * LANES))

    return _vector(_vector, _vector, types.float64), build


def _all_lanes(builder: Any, number: Any) -> Any:
    one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


@_in_line
def positive(_: Any, a: Any) -> tuple[Any, Callable[..., Any]]:
    """Return a whole number whose bit k is set where lane k is positive."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        yes = builder.fcmp_ordered(">", given[0], ir.Constant(VECTOR, [0.0] * LANES))
        return builder.zext(builder.bitcast(yes, ir.IntType(LANES)), ir.IntType(64))

    return types.int64(_vector), build


@_in_line
def kept(_: Any, a: Any, lanes: Any) -> tuple[Any, Callable[..., Any]]:
    """Return a, but 0 in the lanes whose bit is not set."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        bits = builder.trunc(given[1], ir.IntType(LANES))
        yes = builder.bitcast(bits, ir.VectorType(ir.IntType(1), LANES))
        return builder.select(yes, given[0], ir.Constant(VECTOR, [0.0] * LANES))

    return _vector(_vector, types.int64), build


@_in_line
def part(_: Any, a: Any) -> tuple[Any, Callable[..., Any]]:
    """Return 1 / a, but 0 in the lanes in which a is not positive."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        yes = builder.fcmp_ordered(">", given[0], ir.Constant(VECTOR, [0.0] * LANES))
        divided = builder.fdiv(ir.Constant(VECTOR, [1.0] * LANES), given[0])
        return builder.select(yes, divided, ir.Constant(VECTOR, [0.0] * LANES))

    return _vector(_vector), build
