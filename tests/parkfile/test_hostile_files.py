"""Whatever bytes stand in a folder, the answer is a list of faults, and a quick one."""

import dataclasses
import random
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from parkfile_cases import full_park

from holin.errors import BadInput
from holin.parkfile import faults_of_park, read_park, write_park


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Bytes flipped, cut, doubled, moved, replaced by junk or by what tables are made of."""
    place = dice.randrange(len(data) + 1)
    length = dice.choice((1, 1, 2, 8, 64))
    match dice.randrange(9):
        case 0:
            return data[:place] + bytes([dice.randrange(256)]) + data[place + 1 :]
        case 1:
            return data[:place]
        case 2:
            return data[:place] + data[place + length :]
        case 3:
            return data[:place] + data[place : place + length] * dice.randrange(2, 9) + data[place + length :]
        case 4:
            return data[:place] + dice.randbytes(length) + data[place:]
        case 5:
            marks = (
                b",",
                b'"',
                b"\n",
                b"\r",
                b";",
                b"=",
                b"[",
                b"]",
                b"\0",
                b"\xef\xbb\xbf",
                b"nan",
                b"-",
                b"1e999",
                b"_",
            )
            return data[:place] + dice.choice(marks) + data[place:]
        case 6:
            lines = data.split(b"\n")
            dice.shuffle(lines)
            return b"\n".join(lines)
        case 7:
            cells = data.split(b",")
            cells[dice.randrange(len(cells))] = dice.choice(
                (b"", b"x", b"-1", b"0", b"1e9", b"2025-02-30", "母线".encode("gbk"))
            )
            return b",".join(cells)
        case _:
            return dice.randbytes(dice.randrange(200))


@pytest.mark.parametrize("seed", range(10))
def test_no_mutation_of_a_folder_raises(seed: int, good: Path, tmp_path: Path) -> None:
    dice = random.Random(seed)
    park = Path(shutil.copytree(good, tmp_path / "park"))
    files = sorted(p for p in park.rglob("*") if p.is_file())
    for _ in range(50):
        chosen = dice.sample(files, dice.choice((1, 1, 2)))
        whole = {file: file.read_bytes() for file in chosen}
        for file, data in whole.items():
            file.write_bytes(mutated(data, dice))
        faults = faults_of_park(park)
        assert all(f.problem and f.right and f.file for f in faults)
        if any(f.severity == "error" for f in faults):
            with pytest.raises(BadInput):
                read_park(park)
        else:
            read_park(park)
        for file, data in whole.items():
            file.write_bytes(data)


def test_no_mutation_of_a_workbook_raises(tmp_path: Path) -> None:
    dice = random.Random(7)
    path = write_park(
        dataclasses.replace(full_park(), series=(), thermal_units=(), loads=(), wind_farms=()), tmp_path / "p.xlsx"
    )
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    for turn in range(40):
        if turn % 2:
            path.write_bytes(mutated(whole, dice))
        else:
            broken = dice.choice(sorted(parts))
            with zipfile.ZipFile(path, "w") as archive:
                for name, data in parts.items():
                    archive.writestr(name, mutated(data, dice) if name == broken else data)
        assert all(f.problem and f.right for f in faults_of_park(path))


@pytest.mark.parametrize("name", ["", "no-such-park", "park.xlsx", "a\0b", "x" * 5000])
def test_a_path_that_leads_nowhere_is_a_fault(name: str, tmp_path: Path) -> None:
    [fault, *_] = faults_of_park(tmp_path / name)
    assert fault.severity == "error"
    with pytest.raises(BadInput):
        read_park(tmp_path / name)


def test_a_near_name_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "my-park").mkdir()
    [fault] = faults_of_park(tmp_path / "my-prak")
    assert "did you mean 'my-park'?" in fault.right


def told(path: Path) -> list[str]:
    return [str(f) for f in faults_of_park(path)]


@pytest.fixture
def park(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "park"))


def test_a_huge_toml_is_refused_by_its_size(park: Path) -> None:
    with (park / "park.toml").open("ab") as file:
        file.truncate(50_000_000)
    assert any("park.toml: too large: 50.0 MB; the limit is 1 MB" in f for f in told(park))


def test_a_wide_toml_within_the_limit_is_read(park: Path) -> None:
    with (park / "park.toml").open("a") as file:
        file.writelines(f'\n[[stage]]\nname = "s{i}"\nas_of = 2030\n' for i in range(5_000))
    assert any("not after the stage before it" in f for f in told(park))


def test_a_huge_table_is_refused_by_its_size(park: Path) -> None:
    with (park / "bus.csv").open("ab") as file:
        file.truncate(65_000_000)
    assert any("bus.csv: too large" in f for f in told(park))


def test_a_table_of_a_hundred_thousand_rows_is_read(park: Path) -> None:
    with (park / "meter.csv").open("a") as file:
        file.writelines(f"meter-{i},smelter,potline-1,15,,\n" for i in range(100_000))
    assert told(park) == []
    assert len(read_park(park).meters) == 100_003


def test_sixty_thousand_faults_are_found_and_cut(park: Path) -> None:
    lines = [f"bus-{i},nowhere-{i},sixty" for i in range(30_000)]
    (park / "bus.csv").write_text("id,substation,v_nom_kv\n" + "\n".join(lines))
    assert len(told(park)) < 600


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "p.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/a.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1100):
            part.write(bytes(1_000_000))  # fmt: skip
    assert "unpacked, too large" in told(tmp_path / "p.xlsx")[0]


def test_a_document_type_in_a_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    assert "declares its own document type" in told(tmp_path / "p.xlsx")[0]


def test_a_year_of_quarter_hours_is_read(park: Path) -> None:
    times = np.datetime64("2025-01-01T00:00") + np.arange(35_040) * np.timedelta64(15, "m")
    lines = "\n".join(f"{t},0.5,0.25" for t in times)
    (park / "series/wind.csv").write_text(f"time,wind-1,rolling\n{lines}\n")
    assert told(park) == []


def test_a_flipped_bit_of_a_parquet_file_is_never_read_as_a_value(park: Path) -> None:
    file = park / "series/heat.parquet"
    whole = file.read_bytes()
    before = read_park(park).series[2]
    dice = random.Random(3)
    for _ in range(60):
        bit = dice.randrange(8 * len(whole))
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        file.write_bytes(broken)
        try:
            assert read_park(park).series[2] == before
        except BadInput as fault:
            assert "series" in str(fault)
