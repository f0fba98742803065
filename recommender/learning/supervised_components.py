"""A classifier for many weak features and few independent cases, as a scikit-learn estimator.

The features are projected on the few directions that vary most with the target (partial least squares), and a
logistic curve is fitted on those. One component is the sum of all features weighed by their covariance with
the target: it cannot chase the joint noise of hundreds of features measured on two hundred persons, which
ridge, trees and more components all did (docs/reciprocal.md).

References
----------
Barker and Rayens, Partial least squares for discrimination, J. Chemometrics 17 (2003).
Parker, Günter and Bedo, Stratification bias in low signal microarray studies, BMC Bioinformatics 8 (2007).
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cross_decomposition import PLSRegression
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]


class SupervisedComponents(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression on partial-least-squares components.

    Missing values count as the mean of the training data, features are standardised and cut off at ``clip``
    deviations. The classes are weighed equally, so that a score does not tell the base rate of the training
    data: with whole groups held out it would be lowest where the held-out rate is highest.

    Parameters
    ----------
    n_components : int, default 1
        No more than there are features.
    clip : float, default 4.0
        In standard deviations.

    Attributes
    ----------
    classes_ : ndarray (2,)
    """

    def __init__(self, n_components: int = 1, clip: float = 4.0) -> None:
        self.n_components = n_components
        self.clip = clip

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - the library's own type is private
        """Say that missing values are taken and that there are two classes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803
        """Learn the components and the curve.

        Parameters
        ----------
        X : array_like, shape (cases, features)
            NaN where missing.
        y : array_like, shape (cases,)
            Two classes.
        """
        values, target = validate_data(self, X, y, ensure_all_finite="allow-nan")
        check_classification_targets(target)
        self.classes_, numbers = np.unique(target, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError("Only binary classification is supported. The type of the target is multiclass.")
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]}")
        self._imputer = SimpleImputer(keep_empty_features=True).fit(values)
        filled = self._imputer.transform(values)
        self._mean, spread = filled.mean(axis=0), filled.std(axis=0)
        self._spread = np.where(spread > 1e-12, spread, 1.0)
        standard = self._standardised(values)
        count = max(1, min(self.n_components, *standard.shape))
        self._components = PLSRegression(count, scale=False).fit(standard, numbers.astype(np.float64))
        projected = self._components.transform(standard)
        scale = projected.std(axis=0)
        self._scale = np.where(scale > 1e-12, scale, 1.0)
        self._curve = LogisticRegression(class_weight="balanced").fit(projected / self._scale, numbers)
        return self

    def _standardised(self, values: Floats) -> Floats:
        standard = (self._imputer.transform(values) - self._mean) / self._spread
        return np.asarray(np.clip(standard, -self.clip, self.clip))

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Return the log-odds of the second class, for classes of equal size."""
        check_is_fitted(self)
        values = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        projected = self._components.transform(self._standardised(values)) / self._scale
        return np.asarray(self._curve.decision_function(projected), np.float64)

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Return the probabilities of both classes, for classes of equal size."""
        odds = self.decision_function(X)
        second = 1.0 / (1.0 + np.exp(-odds))
        return np.column_stack([1.0 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the likelier class."""
        likelier = (self.decision_function(X) > 0).astype(int)
        return np.asarray(self.classes_[likelier])
