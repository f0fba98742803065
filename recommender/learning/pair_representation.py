"""What two persons' answers say about the two of them: features of one's decision and of the match."""

from dataclasses import dataclass

import numpy as np

from recommender.learning.reciprocal_waves import (
    IMPORTANCE,
    INTERESTS,
    SELF_RATINGS,
    Floats,
    Meetings,
    Numbers,
)

_CODES = ("gender", "field_cd", "goal")
#: A standard deviation within a wave of ten is shrunk so far towards that of all persons.
_SHRINK = 0.5


@dataclass(frozen=True, slots=True)
class PersonTable:
    """Answers of persons as the features take them, rows by person; one more row, the last, for nobody known.

    Attributes
    ----------
    plain : float64 (persons + 1, answers)
        Quantities; what is important to a person as shares of 100.
    relative : float64 (persons + 1, answers)
        The same against the others of their gender in their wave: people choose among those they meet.
    gender : float64 (persons + 1,)
    """

    plain: Floats
    relative: Floats
    gender: Floats
    meetings: Meetings

    def column(self, name: str, rows: Numbers) -> Floats:
        """Return an answer of persons, NaN for -1 and where it was not given."""
        return np.append(self.meetings.column(name), np.nan)[rows]

    def block(self, names: tuple[str, ...], rows: Numbers) -> Floats:
        """Return several answers of persons, side by side."""
        return np.column_stack([self.column(name, rows) for name in names])


def person_table(meetings: Meetings) -> PersonTable:
    """Prepare the persons of a file."""
    quantities = [name for name in meetings.columns if name not in _CODES]
    plain = np.column_stack(
        [np.zeros((len(meetings.answers), 0)), *(meetings.column(name) for name in quantities)]
    )
    importance = [at for at, name in enumerate(quantities) if name in IMPORTANCE]
    total = np.nansum(plain[:, importance], axis=1, keepdims=True)
    plain[:, importance] = np.divide(
        100 * plain[:, importance], total, out=plain[:, importance].copy(), where=total > 0
    )
    gender = meetings.column("gender")
    relative = _relative(plain, meetings.person_wave, gender)
    nobody = np.full((1, plain.shape[1]), np.nan)
    return PersonTable(
        np.vstack([plain, nobody]), np.vstack([relative, nobody]), np.append(gender, np.nan), meetings
    )


def _relative(values: Floats, wave: Numbers, gender: Floats) -> Floats:
    relative = np.full(values.shape, np.nan)
    spread = _SHRINK * _deviation(values)
    groups = np.unique(np.column_stack([wave, np.nan_to_num(gender, nan=-1.0)]), axis=0, return_inverse=True)[
        1
    ]
    for group in np.unique(groups):
        rows = groups.ravel() == group
        within = _deviation(values[rows]) + spread
        centred = values[rows] - _mean(values[rows])
        relative[rows] = np.divide(centred, within, out=np.zeros(centred.shape), where=within > 0)
    return relative


def _mean(values: Floats) -> Floats:
    """Mean of each column over what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0))


def _deviation(values: Floats) -> Floats:
    return np.asarray(np.sqrt(np.nan_to_num(_mean((values - _mean(values)) ** 2))))


def directed_features(persons: PersonTable, own: Numbers, partner: Numbers) -> Floats:
    """Features of the decision of ``own`` about ``partner``: both persons, gender by answer, what they share.

    Returns
    -------
    float64 (pairs, features)
    """
    side = (persons.gender[own] - 0.5)[:, None]
    mine, theirs = persons.plain[own], persons.plain[partner]
    return np.hstack(
        [
            mine,
            theirs,
            side,
            side * mine,
            side * theirs,
            persons.relative[own],
            persons.relative[partner],
            _shared(persons, own, partner),
        ]
    )


def match_features(persons: PersonTable, own: Numbers, partner: Numbers) -> Floats:
    """Features of the match of two persons, the same whoever is named first.

    Returns
    -------
    float64 (pairs, features)
        Sums, and differences signed by gender, which together say what each of the two is; sums and products
        of the relative answers; what each finds in the other, as sum, difference and product.
    """
    mine, theirs = persons.plain[own], persons.plain[partner]
    here, there = persons.relative[own], persons.relative[partner]
    ours, others = _shared(persons, own, partner), _shared(persons, partner, own)
    # +1, 0 or -1; 0 too where a gender is not known.
    sign = np.nan_to_num(persons.gender[own] - persons.gender[partner])[:, None]
    return np.hstack(
        [
            mine + theirs,
            sign * (mine - theirs),
            here + there,
            here * there,
            ours + others,
            np.abs(ours - others),
            ours * others,
        ]
    )


def _shared(persons: PersonTable, own: Numbers, partner: Numbers) -> Floats:
    """Return what one person finds in the other.

    Their self-ratings weighed by what is important to the one, likeness of interests (correlation, and mean
    distance), its worth to the one, age gap and its sign by gender, same field, same goal.
    """
    wishes = persons.block(IMPORTANCE, own)
    total = np.nansum(wishes, axis=1, keepdims=True)
    weights = np.divide(wishes, total, out=np.full(wishes.shape, np.nan), where=total > 0)
    found = weights[:, : len(SELF_RATINGS)] * persons.block(SELF_RATINGS, partner)
    mine, theirs = persons.block(INTERESTS, own), persons.block(INTERESTS, partner)
    likeness = _correlation(mine, theirs)
    older = persons.column("age", own) - persons.column("age", partner)
    side = np.nan_to_num(persons.gender[own] - persons.gender[partner])
    return np.column_stack(
        [
            found,
            np.where(np.isnan(found).all(axis=1), np.nan, np.nansum(found, axis=1)),
            likeness,
            _row_mean(np.abs(mine - theirs)),
            weights[:, len(SELF_RATINGS)] * likeness,
            older,
            np.abs(older),
            side * older,
            _same(persons.column("field_cd", own), persons.column("field_cd", partner)),
            _same(persons.column("goal", own), persons.column("goal", partner)),
        ]
    )


def _row_mean(values: Floats) -> Floats:
    return _mean(values.T)


def _correlation(one: Floats, other: Floats) -> Floats:
    a = one - _row_mean(one)[:, None]
    b = other - _row_mean(other)[:, None]
    norm = np.sqrt(np.nansum(a**2, axis=1) * np.nansum(b**2, axis=1))
    product = np.nansum(a * b, axis=1)
    return np.asarray(np.divide(product, norm, out=np.full(len(one), np.nan), where=norm > 0))


def _same(one: Floats, other: Floats) -> Floats:
    return np.where(np.isnan(one) | np.isnan(other), np.nan, (one == other).astype(np.float64))
