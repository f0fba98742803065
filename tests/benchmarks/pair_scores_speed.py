"""How long the matrix of both sides takes, and how it grows: the sample's firms and units, repeated.

    python -m tests.benchmarks.pair_scores_speed [--firms 360 3600 20000] [--units 14 200]

Works on the installation of the settings (``smematch init`` first). Repeated firms are not indexed and so are
scored without text, which costs one query for each partner and is told apart.
"""

import argparse
import itertools
import json
import time
from datetime import date

from recommender.domain.enterprise import PartnerKind
from recommender.installation import open_installation
from recommender.matching.reciprocal import pair_scores
from recommender.settings import Settings


def main() -> None:
    """Print one JSON document; seconds of wall time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, nargs="+", default=[360, 3_600, 20_000])
    parser.add_argument("--units", type=int, nargs="+", default=[14, 200])
    wanted = parser.parse_args()
    here = open_installation(Settings())
    try:
        engine = here.matching.engine()
        catalogue = engine.snapshot.catalogue
        units = [engine.partner(PartnerKind.LEAD_UNIT, key) for key in catalogue.lead_units]
        partners = [unit for unit in units if unit is not None]
        rows = []
        for firms, count in itertools.product(wanted.firms, wanted.units):
            some = list(itertools.islice(itertools.cycle(catalogue.enterprises.values()), firms))
            others = list(itertools.islice(itertools.cycle(partners), count))
            started = time.perf_counter()
            pair_scores(engine, some, others, on=date(2026, 11, 1))
            rows.append({"firms": firms, "units": count, "seconds": round(time.perf_counter() - started, 2)})
        print(json.dumps(rows, indent=1))
    finally:
        here.close()


if __name__ == "__main__":
    main()
