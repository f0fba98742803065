"""smematch engine: matches small manufacturers with digital solutions and lead units.

Data flows one way: import, store, passages, vectors, index, candidates, constraints, ranking,
explanation, logged response, events. Every public function is usable from a notebook.
"""

__version__ = "0.1.0"
