"""How often another panel of the same kind would have the same first three, against what one panel tells.

Applications with a known quality are scored by experts who are stern or generous by nature and err on each
application; all of it simulated. What is told comes from the sheets of one panel, what is true from new
panels that score the same applications.

Run with ``python -m tests.benchmarks.selection_stability``.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from recommender.learning.intervals import Figure, difference_figure, mean_figure
from recommender.selection.application import Expert
from recommender.selection.ledger import Entry, Version
from recommender.selection.rules import load_selection_rules
from recommender.selection.scores import Standing, standing_of
from tests.unit.selection.holding import application, sheet

SEED = 2026
ROUNDS, PANELS, APPLICATIONS, PLACES = 200, 10, 8, 3
#: Standard deviations of quality among applications, of experts' severity, of the error on one application.
QUALITY, SEVERITY, ERROR = 4.0, 3.0, 5.0


def scored(qualities: Sequence[float], experts: int, generator: np.random.Generator) -> Standing:
    """Let a new panel score applications of known quality."""
    entries = []
    severity = generator.normal(0, SEVERITY, experts)
    for number, quality in enumerate(qualities, start=1):
        one = application(number)
        entry = Entry(one.key, [Version(1, one, one.unit, datetime(2026, 1, 1, tzinfo=UTC))])
        given = np.clip(quality + severity + generator.normal(0, ERROR, experts), 0, 100)
        for place, total in enumerate(given):
            entry.sheets[f"E{place}"] = sheet(one.key, Decimal(f"{total:.1f}"))
        entries.append(entry)
    panel = {f"E{place}": Expert(id=f"E{place}") for place in range(experts)}
    return standing_of(entries, panel, load_selection_rules(), PLACES)


def top(standing: Standing) -> frozenset[str]:
    """Return the first places."""
    return frozenset(one.application for one in standing.applications[:PLACES])


def measure(experts: int) -> dict[str, Figure | int]:
    """Compare told and true shares over simulated rounds."""
    generator = np.random.default_rng(SEED + experts)
    redrawn, told, true = [], [], []
    for _ in range(ROUNDS):
        qualities = generator.normal(75, QUALITY, APPLICATIONS)
        observed = scored(qualities, experts, generator)
        if observed.stability.share is None:
            continue
        redrawn.append(observed.stability.share)
        told.append(observed.stability.new_panel_share)
        true.append(
            np.mean([top(scored(qualities, experts, generator)) == top(observed) for _ in range(PANELS)])
        )
    rounds = np.arange(len(told))
    return {
        "rounds": len(told),
        "redrawn": mean_figure(redrawn, rounds),
        "told_of_a_new_panel": mean_figure(told, rounds),
        "true": mean_figure(true, rounds),
        "redrawn_minus_true": difference_figure(redrawn, true, rounds),
        "told_minus_true": difference_figure(told, true, rounds),
    }


def main() -> None:
    """Print the figures as JSON."""
    found = {f"{experts} experts": measure(experts) for experts in (5, 7, 9)}
    document = {
        name: {key: one.model_dump() if isinstance(one, Figure) else one for key, one in part.items()}
        for name, part in found.items()
    }
    print(json.dumps(document, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
