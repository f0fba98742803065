"""The reviewers' sheet: everything that a decision about a submission rests on, in one answer."""

from pydantic import BaseModel, ConfigDict

from recommender.pool.claims import UnsupportedClaim
from recommender.pool.form import FormFinding
from recommender.pool.history import FieldChange
from recommender.pool.indicators import Lightness
from recommender.pool.near_duplicates import NearDuplicate, NearInMeaning
from recommender.pool.queue import Waiting
from recommender.pool.related import RelatedParty
from recommender.pool.submission import Submission

NO_VECTORS = "dense_unavailable"
NO_VECTORS_TEXT = "文本编码模型不可用，近似产品只按文字比对，换了说法的可能漏掉"
DUPLICATES_NOTE = (
    "score 为查准率：在按种子生成的改写与同样多的不同产品中，达到这一分值的产品对里确为改写的比例；"
    "只作提示，是否重复由审核人判断"
)


class ReviewSheet(BaseModel):
    """What reviewers see of a submission.

    Attributes
    ----------
    standing : str
        Where the product stands, in Chinese.
    waiting : Waiting, optional
        Deadline and missing reviewers; None once it is decided.
    changes : tuple of FieldChange
        Against what the pool shows now; empty for a new product.
    near_in_meaning : tuple of NearInMeaning
        The nearest products by vectors, copies or not; empty without vectors.
    degraded, degraded_detail : str, optional
        Why near-duplicates were looked for by characters only.
    """

    model_config = ConfigDict(frozen=True)

    submission: Submission
    standing: str
    waiting: Waiting | None
    form: tuple[FormFinding, ...]
    changes: tuple[FieldChange, ...]
    near_duplicates: tuple[NearDuplicate, ...]
    near_duplicates_note: str = DUPLICATES_NOTE
    near_in_meaning: tuple[NearInMeaning, ...]
    claims: tuple[UnsupportedClaim, ...]
    lightness: Lightness
    related: tuple[RelatedParty, ...]
    degraded: str | None = None
    degraded_detail: str | None = None
