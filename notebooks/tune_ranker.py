# %% [markdown]
# # 调排序权重：从专家权重到由结果学习
#
# 排序按各项特征加权。没有结果时用专家权重；有了联系、签约、验收的结果，权重以专家权重为先验逐步修正：
# 资料少时几乎不动，资料多时由结果说了算。这里改一个先验，看它值多少，再把模型存成文件夹。
#
# 下面的结果是**模拟的**：产品和企业取自样本，成败按一组藏起来的权重抽签。它只用来学会怎么看，
# 不写入日志，也不代表真实质量。真实日志用 `smematch train ranker --what outcomes`，做法完全相同。

# %%
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from recommender.installation import open_installation
from recommender.learning.outcome_card import model_card, model_metrics
from recommender.learning.outcome_training import learned_model, train_on_outcomes
from recommender.learning.posterior_scales import load_posterior_scales
from recommender.matching.ranked import Wishes
from recommender.matching.solutions import rank_solutions
from recommender.ranking.feature_definitions import load_feature_definitions
from recommender.ranking.model_files import read_model, write_model
from recommender.retrieval.situation import situation_of
from recommender.settings import Settings

here = open_installation(Settings())
engine = here.matching.engine()
expert = engine.model.expert("solution")
titles = {name: one.title for name, one in load_feature_definitions().solution.items()}
pd.Series({titles[name]: prior.weight for name, prior in expert.items()}, name="专家权重").to_frame().T

# %% [markdown]
# ## 一批清单和模拟的结果
#
# 给样本里的企业各排一份清单，记下每条推荐当时的特征，再按藏起来的权重抽签。
# 每走一步（联系、签约、验收）都更难；排在后面的少有人看。

# %%
FIRMS = 150  # 多少家企业
EACH = 6  # 每家几份清单
HIDDEN = {"text_match": 0.08, "gap_effect": 0.45, "price": 0.25}  # 藏起来的权重，其余同专家权重

steps = load_posterior_scales().ladder
draw = np.random.default_rng(20_261)
catalogue = engine.snapshot.catalogue
rows = []
for uscc, firm in sorted(catalogue.enterprises.items())[:FIRMS]:
    situation = situation_of(firm, engine.snapshot.results.get(uscc), here.instrument)
    ranked = rank_solutions(engine, situation, Wishes(k=10))
    for number in range(EACH):
        for item, features, applies in zip(ranked.items, ranked.features, ranked.applies, strict=True):
            provider = catalogue.solutions[item.id].provider
            rows.append(
                {
                    "list_id": f"{uscc}-{number}",
                    "position": item.rank,
                    "enterprise": uscc,
                    "item_id": item.id,
                    "provider": provider.id if provider else None,
                    "sub_industry": firm.sub_industry,
                    **{f"item:{name}": features[name] for name in expert},
                    **{f"applies:{name}": name in applies for name in expert},
                }
            )
lines = pd.DataFrame(rows).astype({f"item:{name}": float for name in expert})

values = np.column_stack([lines[f"item:{name}"].fillna(prior.unknown) for name, prior in expert.items()])
counts = np.column_stack([lines[f"applies:{name}"] for name in expert])
weights = np.array([prior.weight for prior in expert.values()])
hidden = np.array([HIDDEN.get(name, prior.weight) for name, prior in expert.items()])
odds = 4 * (values * counts) @ hidden / (counts @ weights)
seen = 1 / np.sqrt(lines["position"].to_numpy())
looked, lot = draw.uniform(size=len(lines)) < seen, draw.uniform(size=len(lines))
frames = {
    step: lines.assign(
        reached=looked & (lot < 1 / (1 + np.exp(-(intercept + odds)))),
        refused=False,
        decided=True,
        elapsed_days=600.0,
        horizon_days=548.0,
        seen=np.nan,
        chance_seen=seen,
        chance_told=1.0,
    )
    for step, intercept in zip(steps, (-3.5, -4.5, -5.0), strict=True)
}
print(f"{lines['enterprise'].nunique()} 家企业，{len(lines)} 条推荐")
{step: int(frame["reached"].sum()) for step, frame in frames.items()}

# %% [markdown]
# ## 学出来的权重
#
# 圆点是学到的占比，横线是 95% 区间；叉是专家权重，竖线是藏起来的真值。区间宽，就是资料还少。

# %%
trained = train_on_outcomes(frames, "solution", engine.model)


def draw_shares(reports):
    """画几次训练学到的占比。"""
    _, axis = plt.subplots(figsize=(6, 3.6))
    names = list(expert)
    for shift, (label, report) in enumerate(reports.items()):
        shares = [report.weights[name] for name in names]
        middle = np.array([one.learned for one in shares])
        reach = np.abs(np.array([one.ci95 for one in shares]).T - middle)
        axis.errorbar(middle, np.arange(len(names)) + 0.2 * shift, xerr=reach, fmt="o", label=label)
    axis.plot(weights / weights.sum(), np.arange(len(names)), "kx", label="专家")
    axis.plot(hidden / hidden.sum(), np.arange(len(names)), "|", color="red", markersize=14, label="真值")
    axis.set_yticks(np.arange(len(names)), [titles[name] for name in names])
    axis.set_xlabel("在总分中的占比")
    axis.legend()
    plt.show()


draw_shares({"学到": trained})
print(trained.verdict)

# %% [markdown]
# ## 它值多少
#
# 按企业交叉验证：每家企业的成绩都来自没有见过它的权重。差的区间跨过 0，就不能说更好。


# %%
def told(figure):
    """数值和区间。"""
    if figure.value is None:
        return "无"
    return "{:.3f} [{:.3f}, {:.3f}]".format(figure.value, *figure.ci95)


def worth(report):
    """专家权重、学到的权重及其差。"""
    measures = report.measures
    compared = {"nDCG@10": measures.ndcg_at_10, "AUC": measures.auc, "对数似然": measures.log_likelihood}
    return pd.DataFrame(
        {
            name: {"专家": told(one.expert), "学到": told(one.learned), "差": told(one.gain), "个数": one.n}
            for name, one in compared.items()
        }
    ).T


worth(trained)

# %% [markdown]
# ## 改一个先验
#
# `weights` 是对专家权重的怀疑程度：越小越信专家。改小再学一次，看区间和成绩怎么变。
# 别的先验在 `data/ranking/learning.json`，改法相同。

# %%
TRUST = 0.1  # 原为 0.5

scales = load_posterior_scales()
careful = train_on_outcomes(frames, "solution", engine.model, scales.model_copy(update={"weights": TRUST}))
draw_shares({"原先验": trained, f"weights = {TRUST}": careful})
worth(careful)

# %% [markdown]
# ## 存成模型
#
# 文件夹里是 `model.json`（权重和不确定性）、`metrics.json`（上面的成绩）和 `card.md`（说明）。
# 真实日志学得的模型，用 `smematch models add 文件夹` 加入模型库，过了各道关才能启用；
# 这里的是模拟结果，只存到临时文件夹。

# %%
now = datetime(2026, 12, 1, tzinfo=UTC)
learned = learned_model(engine.model, {"solution": trained}, now)
with tempfile.TemporaryDirectory() as folder:
    target = Path(folder) / "simulated"
    reports = {"solution": trained}
    write_model(learned, target, metrics=model_metrics(reports), card=model_card(learned, reports, now))
    assert read_model(target) == learned
    print((target / "card.md").read_text(encoding="utf-8")[:600])

# %%
here.close()
