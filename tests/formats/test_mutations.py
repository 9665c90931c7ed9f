"""Every importer against damaged files: a park without error, or a fault in words; no traceback, no hang, no half park.

500 files a format in `make test`, 10,000 in `make soak`; a seed makes the same file each time.
"""

import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from formats_cases import SMALL, matpower_case
from formats_mutations import mutated
from formats_parks import random_park
from formats_peers import GOLDEN
from power_grid_model.utils import json_deserialize, json_serialize
from test_pandapower import net
from test_power_grid_model import document

from holin.errors import BadInput
from holin.formats import write_pandapower, write_power_grid_model, write_pypsa, write_simbench
from holin.parkfile import faults_of_park
from holin.twin import bring

Whole = dict[str, bytes]
"""The files of one whole case by their names."""

SECONDS_MAX = 1.0
BLOCK = 100


def matpower_files() -> list[bytes]:
    return [SMALL.encode(), *(matpower_case(n).read_bytes() for n in ("case9", "case30pwl", "case33bw"))]


def power_grid_model_files() -> list[bytes]:
    data = json.loads(document())
    compact = json_serialize(json_deserialize(document()), use_compact_list=True)
    with tempfile.TemporaryDirectory() as folder:
        write_power_grid_model(random_park(1), Path(folder) / "park.json")
        whole = (Path(folder) / "park.json").read_bytes()
    return [json.dumps(data).encode(), document().encode(), compact.encode(), whole]


def pandapower_files() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        write_pandapower(random_park(2), Path(folder) / "park.json")
        whole = (Path(folder) / "park.json").read_bytes()
    examples = [(GOLDEN / "pandapower" / f"{name}.json").read_bytes() for name in ("simple", "multivoltage")]
    return [net().encode(), whole, *examples]


def pypsa_files() -> list[Whole]:
    examples = [folder_of(GOLDEN / "pypsa" / name) for name in ("meshed", "planned")]
    with tempfile.TemporaryDirectory() as folder:
        write_pypsa(random_park(3), Path(folder) / "park")
        return [*examples, folder_of(Path(folder) / "park")]


def simbench_files() -> list[Whole]:
    with tempfile.TemporaryDirectory() as folder:
        write_simbench(random_park(4), Path(folder) / "park")
        return [folder_of(GOLDEN / "simbench" / "town"), folder_of(Path(folder) / "park")]


def folder_of(folder: Path) -> Whole:
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir())}


FILES: dict[str, tuple[str, Callable[[], list[Whole]]]] = {
    "matpower": ("small.m", lambda: [{"small.m": f} for f in matpower_files()]),
    "power-grid-model": ("input.json", lambda: [{"input.json": f} for f in power_grid_model_files()]),
    "pandapower": ("net.json", lambda: [{"net.json": f} for f in pandapower_files()]),
    "pypsa": ("network", pypsa_files),
    "simbench": ("town", simbench_files),
}
"""Format -> the name of its file or folder, and whole ones to damage."""


def put(source: Path, whole: Whole, seed: int) -> None:
    """Write one file, or a folder of which one file is damaged or, now and then, missing."""
    dice = random.Random(seed)
    hit = dice.choice(sorted(whole))
    damaged = dict(whole) | {hit: mutated(whole[hit], seed)}
    if list(whole) == [source.name]:
        source.write_bytes(damaged[source.name])
        return
    if dice.random() < 0.03:
        del damaged[hit]
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    for name, content in damaged.items():
        (source / name).write_bytes(content)


def hold_against(format_: str, seeds: range, folder: Path) -> None:
    name, files = FILES[format_][0], FILES[format_][1]()
    source, park = folder / name, folder / "park"
    verdicts = {"whole": 0, "refused": 0}
    for seed in seeds:
        put(source, files[seed % len(files)], seed)
        start = time.process_time()
        try:
            bring(format_, source, park)
            verdicts["whole"] += 1
        except BadInput as error:
            verdicts["refused"] += 1
            assert error.faults, seed
            for fault in error.faults:
                assert fault.file and fault.problem and fault.right, (seed, fault)
                assert "\n" not in str(fault), (seed, fault)
            assert not park.exists(), seed
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
        assert time.process_time() - start < SECONDS_MAX, seed
        if park.exists():
            if seed % 10 == 0:
                assert not [f for f in faults_of_park(park) if f.severity == "error"], seed
            shutil.rmtree(park)
        assert sorted(f.name for f in folder.iterdir()) == [name], seed
    if len(seeds) >= BLOCK:
        assert verdicts["refused"] > len(seeds) / 5, verdicts  # else the damage does none


@pytest.mark.parametrize("block", range(5))
@pytest.mark.parametrize("format_", FILES)
def test_damaged_files(format_: str, block: int, tmp_path: Path) -> None:
    hold_against(format_, range(BLOCK * block, BLOCK * (block + 1)), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(100))
@pytest.mark.parametrize("format_", FILES)
def test_ten_thousand_damaged_files(format_: str, block: int, tmp_path: Path) -> None:
    hold_against(format_, range(1000 + BLOCK * block, 1000 + BLOCK * (block + 1)), tmp_path)
