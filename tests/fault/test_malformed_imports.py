"""Broken files of every sort: a refusal or a report, never a crash, and never half a record in the store."""

import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import Any

from recommender.errors import SmematchError
from recommender.exchange import ImportReport, Kind, import_file
from recommender.exchange.exporting import Format, export_bytes
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, lead_unit, need, notice, solution

FILES = 200
SEED = 20_240_904
MAKERS: dict[Kind, Callable[[int], Any]] = {
    Kind.ENTERPRISES: enterprise,
    Kind.DIAGNOSES: diagnosis,
    Kind.SOLUTIONS: solution,
    Kind.LEAD_UNITS: lead_unit,
    Kind.NEEDS: need,
    Kind.NOTICES: notice,
}
ENCODINGS = ("utf-8", "gb18030", "utf-16", "utf-32", "big5", "shift_jis", "latin-1", "utf-16-le")
NASTY = (
    b"\x00", b'"', b"'", b"\n", b"\r", b",", b"\t", b"{", b"}", b"[", b"]", b"\xff", b"\xfe\xff", b"NaN",
    b"1e999", b"\\ud800", b"=cmd|' /C calc'!A0", b"\xef\xbb\xbf", b"9" * 400, b"-1", b"\xe2\x80\xa8", b"null",
)  # fmt: skip


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 40)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def sprinkled(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 12)):
        place = rng.randrange(len(data))
        data = data[:place] + rng.choice(NASTY) + data[place:]
    return data


def cut_out(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, 300) :]


def doubled(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start // 2 :]


def reencoded(data: bytes, rng: random.Random) -> bytes:
    return data.decode("utf-8-sig", errors="replace").encode(rng.choice(ENCODINGS), errors="replace")


def half_reencoded(data: bytes, rng: random.Random) -> bytes:
    rows = data.split(b"\n")
    place = rng.randrange(len(rows))
    rows[place] = (
        rows[place].decode("utf-8-sig", errors="replace").encode(rng.choice(ENCODINGS), errors="replace")
    )
    return b"\n".join(rows)


def columns_swapped(data: bytes, rng: random.Random) -> bytes:
    header, _, rest = data.partition(b"\n")
    names = header.split(b",")
    rng.shuffle(names)
    return b",".join(names) + b"\n" + rest


def huge_cell(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + rng.choice((b"x", b'"', "长".encode(), b"[", b"9")) * 200_000 + data[place:]


def entry_broken(data: bytes, rng: random.Random) -> bytes:
    """Damage one part inside a workbook whose archive stays whole."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        broken = rng.choice([entry.filename for entry in old.infolist()])
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == broken:
                change = rng.choice((truncated, flipped, sprinkled, cut_out, doubled))
                content = change(content, rng)
            new.writestr(entry.filename, content)
    return target.getvalue()


TEXT_CHANGES = (
    truncated, flipped, sprinkled, cut_out, doubled, reencoded, half_reencoded, columns_swapped, huge_cell,
)  # fmt: skip
ZIP_CHANGES = (truncated, flipped, cut_out, doubled, entry_broken, entry_broken, entry_broken, entry_broken)


def malformed(number: int) -> tuple[Kind, str, bytes]:
    """Return the kind, file name and content of one broken file."""
    rng = random.Random(SEED + number)
    made = rng.choice(list(Kind))
    file_format = rng.choice((Format.CSV, Format.JSONL, Format.XLSX))
    records = [MAKERS[made](rng.randint(1, 30)) for _ in range(rng.randint(1, 12))]
    data, _ = export_bytes(made, records, file_format, with_contact=True)
    data = rng.choice(ZIP_CHANGES if file_format is Format.XLSX else TEXT_CHANGES)(data, rng)
    # One file in eight comes under a wrong name or as another kind of record.
    ending = rng.choice(list(Format)) if rng.random() < 1 / 8 else file_format
    kind = rng.choice(list(Kind)) if rng.random() < 1 / 8 else made
    return kind, f"合成{number}.{ending}", data


def all_stored(store: Store) -> dict[str, list[Any]]:
    with store.read() as unit:
        return {
            kind.store_name: [stored.record for stored in getattr(unit, kind.store_name).iterate()]
            for kind in Kind
        }


def attempt(kind: Kind, data: bytes, store: Store, name: str) -> ImportReport | SmematchError:
    """Return what the import answers; anything that is not a foreseen error goes through."""
    try:
        return import_file(kind, data, store, name=name)
    except SmematchError as error:
        return error


def test_two_hundred_malformed_files(store: Store) -> None:
    with store.begin() as unit:
        unit.enterprises.put(enterprise(1))
    ends: Counter[str] = Counter()
    before = all_stored(store)
    for number in range(FILES):
        kind, name, data = malformed(number)
        answer = attempt(kind, data, store, name)
        if isinstance(answer, SmematchError):
            assert any("\u4e00" <= char <= "\u9fff" for char in answer.detail), answer.detail
            assert answer.status in {400, 413, 422}, (number, name, answer.code)
            assert all_stored(store) == before, (number, name)
            ends[answer.code] += 1
        else:
            check(answer, store, before)
            before = all_stored(store)
            ends["taken" if answer.taken else "nothing taken"] += 1
    # The files must reach every depth of the import, or the test would say little.
    assert ends["taken"] >= FILES // 5, ends
    assert FILES - ends["taken"] >= FILES // 5, ends
    assert len(ends) >= 6, ends


def check(report: ImportReport, store: Store, before: dict[str, list[Any]]) -> None:
    """What the report says is what the store holds, and every row is accounted for."""
    assert report.rows == report.taken + report.skipped + report.rejected
    assert report.taken == report.created + report.updated + report.unchanged
    named = {found.row for found in report.reported if found.severity == "error"}
    assert report.rejected == 0 or named
    after = all_stored(store)
    name = Kind(report.kind).store_name
    assert len(after[name]) == len(before[name]) + report.created
    assert {other: records for other, records in after.items() if other != name} == {
        other: records for other, records in before.items() if other != name
    }
    for record in after[name]:
        # Reading validates, so this would raise on anything less than a whole record.
        assert type(record).model_validate_json(record.model_dump_json()) == record
        assert "\\u0000" not in record.model_dump_json()


def test_a_key_of_many_brackets_takes_no_longer_than_it_should(store: Store) -> None:
    with store.begin() as unit:
        unit.enterprises.put(enterprise(1))
    line = diagnosis(1).model_dump_json().replace('"quality"', '"' + "quality[." * 60_000 + '"')
    started = time.perf_counter()
    report = import_file(Kind.DIAGNOSES, line.encode(), store, name="a.jsonl")
    assert report.rejected == 1
    assert len(report.model_dump_json()) < 5_000
    assert time.perf_counter() - started < 5
