"""The library: the parks and runs that are served, read when they are asked for and checked before they are shown."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holin.errors import BadInput, Fault, HolinError
from holin.jobs import Beside
from holin.web.kept import ANSWERS, Kept
from holin.web.named import Named
from holin.web.places import Kind, Names, Place, default_places, found_at, kind_of, stamp_of
from holin.web.problems import HttpProblem
from holin.web.shelf import Shelf

if TYPE_CHECKING:
    import xarray as xr

    from holin.park import Park, Stage
    from holin.store import Run, Span, TableOutline

SMALL = 64 * 1024
"""About what a park's or a run's facts take in memory, in bytes."""


@dataclass(frozen=True, kw_only=True)
class KnownPark:
    """A park: its id here, where it stands, the hash of its files' state, and what was read or why it could not be."""

    id: str
    path: Path
    stamp: str
    park: Park | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class KnownRun:
    """A run: its id here, its folder, and what was read, or why it could not be."""

    id: str
    path: Path
    run: Run | None = None
    park: Park | None = None
    stage: Stage | None = None
    span: Span | None = None
    faults: tuple[Fault, ...] = ()
    named: Mapping[str, Path] = field(default_factory=dict)
    """What was said to stand beside it, by kind; the rest is found by its name."""

    @property
    def whole(self) -> Run:
        """The run, after it was found whole."""
        assert self.run is not None
        return self.run

    @property
    def seal(self) -> str:
        """The hash of the run's manifest, by which its answers are known again."""
        return str(self.whole.manifest["seal"])

    @cached_property
    def frozen(self) -> Park:
        """The park as it stood in the run."""
        from holin.park import at_stage

        assert self.park is not None and self.stage is not None
        return at_stage(self.park, self.stage)


class Library:
    """What is served. Parks and runs may come, change and go; each request sees what stands there then.

    Without `paths` it is what `default_places` says, asked for when the first request comes. `results` is where jobs
    write what they make; without it none can be asked for. `kept` are costly answers on disk, else among the results;
    `named` says what stands beside runs under other names.
    Who made a library closes it.
    """

    def __init__(
        self,
        paths: Sequence[Path] | None = None,
        *,
        results: Path | None = None,
        shelf: Shelf | None = None,
        kept: Kept | None = None,
        named: Named | None = None,
    ) -> None:
        self.results = results
        self._named = named or {}
        self.kept = kept or (None if results is None else Kept(results / ANSWERS))
        self.costly, self.what_ifs = Beside(), Beside()
        self._added: list[Path] = []
        self._given = tuple(paths) if paths is not None else None
        self.shelf = shelf or Shelf()
        self._names = Names()
        self._damaged: dict[Path, tuple[str, tuple[Fault, ...]]] = {}
        self._lock = threading.Lock()

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The places that are looked at."""
        return default_places() if self._given is None else self._given

    def close(self) -> None:
        """End the processes that work answers out."""
        self.costly.close()
        self.what_ifs.close()

    def add(self, path: Path) -> str:
        """Serve what a job has made, beside the rest; return its id."""
        self._added.append(path)
        kind = kind_of(path)
        assert kind is not None, "a job has made a folder that is none of the kinds"
        return self.id_of(Place(kind=kind, path=path), path.name)

    # ---- parks ------------------------------------------------------------------------------------------------------

    def parks(self) -> list[KnownPark]:
        """Return all parks, those that cannot be read with their faults; a run brings its own where no other stands."""
        standing = list(self._standing())
        names = {known.park.facts.id for known in standing if known.park is not None}
        brought: dict[str, KnownPark] = {}
        for run in self.runs():
            if run.run is None or run.park is None or run.park.facts.id in names | set(brought):
                continue
            folder, name = run.run.park_folder, run.park.facts.id
            known_as = self.id_of(Place(kind="park", path=folder), name)
            brought[name] = KnownPark(id=known_as, path=folder, stamp=run.seal, park=run.park)
        return [*standing, *brought.values()]

    def park(self, wanted: str) -> KnownPark:
        """Return a park by its id; raises HttpProblem where there is none (404) or it cannot be read (409)."""
        known = next((p for p in self._standing() if p.id == wanted), None)
        known = known or next((p for p in self.parks() if p.id == wanted), None)
        if known is None:
            raise HttpProblem(404, "not-found", f"no park {wanted} is served here")
        if known.park is None:
            raise HttpProblem(409, "faulty", f"the park {wanted} has faults; holin check lists them", known.faults)
        return known

    def _standing(self) -> Iterator[KnownPark]:
        """Yield the parks that stand for themselves: for one of them no run need be looked at."""
        return (known for place in self.places("park") if (known := self._park_at(place)) is not None)

    def _park_at(self, place: Place) -> KnownPark | None:
        try:
            stamp = stamp_of(place.path)
        except OSError:
            return None  # it went away between being found and being read

        def read() -> KnownPark:
            from holin.parkfile import read_park

            try:
                park, faults = read_park(place.path), ()
            except BadInput as error:
                return KnownPark(id="", path=place.path, stamp=stamp, park=None, faults=error.faults)
            return KnownPark(id="", path=place.path, stamp=stamp, park=park, faults=faults)

        known = self.shelf.get(("park", place.path, stamp), read, lambda _: 32 * SMALL)
        wanted = known.park.facts.id if known.park is not None else place.path.stem
        return replace(known, id=self.id_of(place, wanted))

    # ---- runs -------------------------------------------------------------------------------------------------------

    def runs(self) -> list[KnownRun]:
        """Return all runs: sizes and seals are checked, and what is damaged says so."""
        return [known for place in self.places("run") if (known := self._listed(place)) is not None]

    def _listed(self, place: Place) -> KnownRun | None:
        run_id = self.id_of(place, place.path.name)
        try:
            stamp = stamp_of(place.path)
        except OSError:
            return None
        damaged = self._damaged.get(place.path)
        if damaged is not None and damaged[0] == stamp:
            return KnownRun(id=run_id, path=place.path, faults=damaged[1])
        known: KnownRun = self.shelf.get(
            ("listed", place.path, stamp), lambda: self._read(place.path, verify=False), _small
        )
        return self._with_named(known, run_id)

    def run(self, wanted: str) -> KnownRun:
        """Return a run by its id, after every file was held against its hash once.

        Raises HttpProblem where there is none (404), or where it is damaged (409).
        """
        place = next((p for p in self.places("run") if self.id_of(p, p.path.name) == wanted), None)
        try:
            stamp = stamp_of(place.path) if place is not None else None
        except OSError:
            stamp = None
        if place is None or stamp is None:
            raise HttpProblem(404, "not-found", f"no run {wanted} is served here")
        where = place.path
        known: KnownRun = self.shelf.get(("run", where, stamp), lambda: self._read(where, verify=True), _small)
        if known.run is None:
            self._damaged[where] = stamp, known.faults
            raise HttpProblem(409, "damaged", f"the run {wanted} is damaged", known.faults)
        return self._with_named(known, wanted)

    def _with_named(self, known: KnownRun, run_id: str) -> KnownRun:
        return replace(known, id=run_id, named=self._named.get(known.path.resolve(), {}))

    def _read(self, folder: Path, *, verify: bool) -> KnownRun:
        from holin.park import stage_of
        from holin.store import read_run, span_of

        try:
            run = read_run(folder, verify=verify)
            park = self._park_of(run)
            stage = stage_of(park, str(run.summary["stage"]))
            span = span_of(run)
        except BadInput as error:
            return KnownRun(id="", path=folder, faults=tuple(_below(f, folder) for f in error.faults))
        except (HolinError, OSError, ValueError, KeyError) as error:
            problem = f"cannot be read: {type(error).__name__}"
            fault = Fault(file=folder.name, problem=problem, right="restore it from a copy, or make the run again")
            return KnownRun(id="", path=folder, faults=(fault,))
        return KnownRun(id="", path=folder, run=run, park=park, stage=stage, span=span)

    def _park_of(self, run: Run) -> Park:
        """Return the park of a run, read once for all runs whose park folders have the same content."""
        from holin.parkfile import read_park
        from holin.store import hashes_of

        content = tuple(hashes_of(run.park_folder).items())
        park: Park = self.shelf.get(("park of runs", content), lambda: read_park(run.park_folder), _small)
        return park

    def outline(self, known: KnownRun, table: str) -> TableOutline:
        """Return what columns a run's table has; raises HttpProblem where the run has no such table (404)."""
        run = known.whole
        if table not in run.tables:
            has = ", ".join(run.tables)
            raise HttpProblem(404, "not-found", f"the run {known.id} has no table {table}; it has {has}")

        def read() -> TableOutline:
            from holin.store import table_outline

            with self._read_from(known, table):
                return table_outline(run.tables.path, table)

        return self.shelf.get(("outline", known.path, known.seal, table), read, lambda _: SMALL)

    def table(self, known: KnownRun, table: str) -> xr.Dataset:
        """Return a run's table with all its columns; raises HttpProblem where the run has no such table (404).

        An answer that needs few of them is quicker and takes less memory by `columns`.
        """
        return self.columns(known, table, list(self.outline(known, table).dims))

    def columns(self, known: KnownRun, table: str, names: Sequence[str]) -> xr.Dataset:
        """Return some columns of a table, each read once; raises HttpProblem (404) where it has not all of them."""
        outline = self.outline(known, table)
        if missing := [name for name in names if name not in outline.dims]:
            has = ", ".join(outline.dims)
            raise HttpProblem(404, "not-found", f"the table {table} has no column {', '.join(missing)}; it has {has}")
        first, *others = (self._column(known, table, name) for name in names)
        for other in others:
            first = first.assign(dict(other.data_vars))
        return first

    def _column(self, known: KnownRun, table: str, name: str) -> xr.Dataset:
        def read() -> xr.Dataset:
            from holin.store import open_table

            with self._read_from(known, table):
                return open_table(known.whole.tables.path, table, columns=[name])

        key = ("column", known.path, known.seal, table, name)
        return self.shelf.get(key, read, lambda column: int(column.nbytes))

    @contextlib.contextmanager
    def _read_from(self, known: KnownRun, table: str) -> Iterator[None]:
        """Within it, a file that went away or was damaged since it was checked is a conflict (409)."""
        try:
            yield
        except (OSError, KeyError) as error:
            raise HttpProblem(409, "damaged", f"the table {table} of {known.id} can no longer be read") from error

    # ---- both -------------------------------------------------------------------------------------------------------

    def made(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of an answer, made once for all who ask."""
        return self.shelf.get(("made", key), make, len)

    def lasting(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of a costly answer, from disk where they are kept; `key` says all that it is made from."""
        if self.kept is None:
            return make()
        found = self.kept.get(key)
        if found is None:
            found = make()
            with contextlib.suppress(OSError):  # no room: the next server works it out again
                self.kept.put(key, found)
        return found

    def places(self, kind: Kind) -> Iterator[Place]:
        """Yield what is served of a kind."""
        return (place for place in found_at((*self.paths, *self._added)) if place.kind == kind)

    def id_of(self, place: Place, wanted: str) -> str:
        """Return the id of a place, its own as long as the server runs: what is wanted, or nearly."""
        with self._lock:
            return self._names.id_of(place, wanted)


def _small(_: Any) -> int:
    return 32 * SMALL


def _below(fault: Fault, folder: Path) -> Fault:
    """Return a fault whose file is named from the run's folder on: where that stands is nobody's business."""
    return replace(fault, file=fault.file.replace(f"{folder.parent}/", "").replace(str(folder), folder.name))
