"""Plainly synthetic files to evaluate on."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TOPICS = {
    "SYN-S1": ("合成样本排产方案", "按交期自动排产，插单重排，车间报工，工序进度看板，交期预警。"),
    "SYN-S2": ("合成样本仓储方案", "扫码入库出库，库位管理，盘点对账，库存预警，先进先出。"),
    "SYN-S3": ("合成样本质检方案", "来料检验，首检巡检，不良分析，质量追溯，合格率统计。"),
    "SYN-S4": ("合成样本能耗方案", "电表采集，峰谷用电分析，能耗异常报警，碳排放核算。"),
}
NEEDS = [
    ("SYN-N1", "插单一多交期就乱，排产全靠经验", "SYN-S1"),
    ("SYN-N2", "不知道工序进度，车间报工靠纸", "SYN-S1"),
    ("SYN-N3", "账上库存和盘点总对不上", "SYN-S2"),
    ("SYN-N4", "来料检验没有记录，质量无法追溯", "SYN-S3"),
    ("SYN-N5", "电费高，不清楚峰谷用电", "SYN-S4"),
]


def jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def solutions_file(folder: Path, *more: dict[str, Any]) -> Path:
    rows = [
        {"id": key, "title": title, "in_scope": True, "text": text} for key, (title, text) in TOPICS.items()
    ]
    return jsonl(folder / "solutions.jsonl", [*rows, *more])


def needs_file(folder: Path, *more: dict[str, Any]) -> Path:
    rows = [{"id": key, "text": text, "solution_id": of} for key, text, of in NEEDS]
    return jsonl(folder / "needs.jsonl", [*rows, *more])


def table(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


WORDS = ["电池", "机床", "香精", "皮革", "面料", "木门", "传感器", "焊接", "喷涂", "注塑", "模具", "轴承"]


def graded_files(folder: Path, name: str = "", first: int = 0, count: int = 12) -> tuple[Path, Path]:
    """Demands about one word each; the supply that names it has grade 4, a related one 2, others 1."""
    demands, grades = [], []
    for number in range(first, first + count):
        word, other = WORDS[number % len(WORDS)], WORDS[(number + 1) % len(WORDS)]
        key = f"SYN-D{number:03d}"
        demands.append((key, f"合成样本{word}技术需求", f"需要改进{word}工艺。" * 2))
        titles = ((f"{word} 工艺 改进", 4), (f"{word} 研究", 2), (f"{other} 系统", 1), ("管理 平台", 1))
        grades += [(key, f"{key}-A{place}", title, grade) for place, (title, grade) in enumerate(titles)]
    return (
        table(folder / f"{name}demands.csv", ("demand_id", "title", "text"), demands),
        table(folder / f"{name}grades.csv", ("demand_id", "supply_id", "supply_title", "grade"), grades),
    )
