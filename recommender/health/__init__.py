"""How the recommender is doing, from its log: volume, calibration, coverage, new items, drift, versions."""
