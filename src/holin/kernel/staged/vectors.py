"""A register of LANES numbers as one value in compiled code: what holds for one hour is done for as many at once.

Numba leaves loops over a few lanes scalar, or checks in each of them whether arrays overlap; LLVM's own vector type
needs neither, and becomes whatever registers the machine has. These are only for compiled functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # Numba's own, always beside it
from numba.core import types
from numba.extending import intrinsic, models, register_model

LANES = 8
"""Segments side by side: one register of eight, two of four."""

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
