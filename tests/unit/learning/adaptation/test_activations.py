from pathlib import Path

import numpy as np
import pytest

from recommender.encoder import SentenceEncoder
from recommender.learning.adaptation.activations import SplitEncoder

TEXTS = ["插单一多交期就乱", "电费高", "账上库存和盘点对不上，" * 4]


def test_two_halves_give_the_vectors_of_the_whole(tiny_folder: Path) -> None:
    # A folder without modules is read as mean pooling; the rows are normalised on request.
    whole = SentenceEncoder(tiny_folder).encode_queries(["query: " + text for text in TEXTS])
    split = SplitEncoder.load(tiny_folder, 2, device="cpu", half=False)
    found = split.vectors(split.lower_states(TEXTS, "query", most_tokens=512))
    np.testing.assert_allclose(found, whole, atol=2e-3)  # states are kept as float16


def test_batch_mates_do_not_change_a_vector(tiny_folder: Path) -> None:
    split = SplitEncoder.load(tiny_folder, 1, device="cpu", half=False)
    together = split.vectors(split.lower_states(TEXTS, "passage", most_tokens=64))
    alone = [split.vectors(split.lower_states([text], "passage", most_tokens=64))[0] for text in TEXTS]
    np.testing.assert_allclose(together, alone, atol=1e-3)


def test_weights_go_out_and_in_under_the_names_of_the_file(tiny_folder: Path) -> None:
    split = SplitEncoder.load(tiny_folder, 1, device="cpu", half=False)
    weights = split.weights()
    assert all(name.startswith("encoder.layer.2.") for name in weights)
    split.set_weights({name: value * 0 for name, value in weights.items()})
    assert not any(value.any() for value in split.weights().values())


def test_more_layers_than_there_are_is_refused(tiny_folder: Path) -> None:
    with pytest.raises(ValueError, match="cannot train"):
        SplitEncoder.load(tiny_folder, 4, device="cpu", half=False)
