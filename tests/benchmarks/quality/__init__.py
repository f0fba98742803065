"""Match quality of the product and of its peers on the same needs, in one run.

``python -m tests.benchmarks.quality`` measures on the synthetic sample; ``--solutions`` and ``--needs`` name
other files. A peer whose package is missing keeps its row, which says so.
"""
