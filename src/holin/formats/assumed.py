"""What a park must have and a network file does not say: assumed, and marked as such."""

from __future__ import annotations

from holin.columns import Basis
from holin.formats.ids import Ids
from holin.formats.imported import LeftOut
from holin.formats.surroundings import P_NOM_MW
from holin.park import EmissionFactor, Provenance

CARBON_T_PER_MWH = 0.48
CARBON_REFERENCE = (
    "The file says nothing of carbon: world average of electricity in 2023, Ember, Global Electricity Review 2024"
)
I_NOM_KA = 99.0
"""Rated current of a line whose file gives none: more than any line carries, so that it is never overloaded."""

SK_MAX_MVA = 99_999.0
"""Short-circuit power of a connection that a file holds to be ideal, where a park needs a figure."""


class Assumed:
    """Collects what was assumed, as provenance of the park and as sentences of the import."""

    def __init__(self, ids: Ids, left_out: LeftOut) -> None:
        self._ids, self._left_out = ids, left_out
        self._rows: dict[tuple[str, str, str], Provenance] = {}
        self._factor: EmissionFactor | None = None

    def figure(self, table: str, row_id: str, field: str, sentence: str) -> None:
        """Note one assumed figure; `sentence` tells people of all that are alike."""
        self._left_out.name(sentence, row_id)
        row = Provenance(table=table, row_id=row_id, field=field, basis=Basis.ASSUMED, reference=sentence)
        self._rows.setdefault((table, row_id, field), row)

    def carbon(self, grid_id: str) -> str:
        """Return the id of the carbon factor that a grid connection needs."""
        if self._factor is None:
            self._factor = EmissionFactor(
                id=self._ids.new("ef-assumed", "ef"), t_per_mwh=CARBON_T_PER_MWH, basis=Basis.ASSUMED,
                reference=CARBON_REFERENCE,
            )  # fmt: skip
        sentence = f"grid connections got an assumed carbon factor of {CARBON_T_PER_MWH:g} t/MWh"
        self.figure("grid", grid_id, "emission_factor", sentence)
        return self._factor.id

    def import_limit(self, grid_id: str) -> float:
        """Return the import limit of a grid connection without one."""
        self.figure("grid", grid_id, "import_max_mw", f"grid connections got an import limit of {P_NOM_MW:g} MW")
        return P_NOM_MW

    @property
    def emission_factors(self) -> tuple[EmissionFactor, ...]:
        """The rows of emission_factor that were needed."""
        return () if self._factor is None else (self._factor,)

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """The rows of provenance."""
        return tuple(self._rows.values())
