"""Rules as rows: the same terms that the verdict reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from holin.errors import BadInput, Fault
from holin.kernel.linear import ProblemBuilder, Term
from holin.operation.block import Block, quantities_of
from holin.rules import Rule, over_years, terms_of


def add_rules(
    builder: ProblemBuilder,
    rules: Sequence[Rule],
    blocks: Sequence[Block],
    *,
    years: float = 1.0,
    shortfall_per_mwh: float | None = None,
    so_far: Mapping[str, float] | None = None,
    margins: Mapping[str, float] | None = None,
) -> None:
    """Add every enforced rule as one row: sum of coefficient x quantity over the horizon of `years` >= 0.

    With `so_far` (quantity -> amount) the horizon is the end of a year that began before: these amounts count as well,
    `years` is the part of the year until the horizon's end. `margins` (rule -> amount) is what the sum must reach
    instead of 0: what a plan of the year has by then. Rows are divided by a thousand (GWh) to keep the matrix well
    scaled. Raises BadInput for a rule on a quantity that only a trace or a ledger knows.
    """
    known = {name for block in blocks for name in block.quantities}
    for rule in (over_years(r, years) for r in rules if r.enforced):
        if unknown := terms_of(rule).keys() - known - {""}:
            problem = f"{rule.id} cannot be enforced: no optimum knows {', '.join(sorted(unknown))}"
            raise BadInput(
                [Fault(file="rule.csv", field="enforced", value="true", problem=problem, right="judge it only: false")]
            )
        terms: list[Term] = []
        constant = -(margins or {}).get(rule.id, 0.0)
        for name, factor in terms_of(rule).items():
            constant += factor * (so_far or {}).get(name, 0.0) if name else 0.0
            quantity = quantities_of(blocks, name)
            constant += factor * (quantity.constant if name else 1.0)
            terms += [(columns, 1e-3 * factor * np.asarray(values)) for columns, values in quantity.terms]
        if shortfall_per_mwh is not None:
            terms.append((builder.add_variables(f"rule_short.{rule.id}", (1,), cost=shortfall_per_mwh), 1e-3))
        builder.add_sum(f"rule.{rule.id}", terms, lower=-1e-3 * constant)
