# %% [markdown]
# # 调融合权重：改一个数，看它值多少
#
# 文本匹配由几个通道相加而成：关键词、语义窗口、句段、逐条痛点。这里改权重，用带标注的需求看效果。
# 每个数字都带 95% 置信区间，按方案重抽样；区间跨过 0，就是还看不出好坏。
#
# 样本为**合成样本**，且文本编码模型就是用它微调的：这里的数字只用来学会怎么看，不代表真实质量。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from recommender.installation import open_installation
from recommender.learning.fusion_training import channel_lists, train_fusion
from recommender.learning.intervals import difference_figure, mean_figure
from recommender.learning.labelled_files import LabelledNeed
from recommender.learning.metrics import ndcg_at, pessimistic_ranks
from recommender.retrieval.fusion import load_fusion
from recommender.settings import Settings

here = open_installation(Settings())
engine = here.matching.engine()
with here.store.read() as unit:
    known = [stored.record for stored in unit.needs.iterate()]
needs = [
    LabelledNeed(id=one.id, text=one.text, solution_id=one.solution_id) for one in known if one.solution_id
]
print(f"带标注的需求 {len(needs)} 条")

# %% [markdown]
# ## 每个通道单独的成绩
#
# 先让每个通道给每条需求的每个候选方案打分，后面改权重就不用再算文本。

# %%
lists = channel_lists(engine, needs)
names = list(lists.scores)
values = lists.standardised()  # 需求 × 候选 × 通道，每条需求内标准化


def ndcg(weights):
    """每条需求的 nDCG@10；weights 的次序同 names。"""
    return ndcg_at(pessimistic_ranks(values @ np.asarray(weights, float), lists.answers), 10)


alone = {name: mean_figure(ndcg(np.eye(len(names))[at]), lists.clusters) for at, name in enumerate(names)}
pd.DataFrame(
    {"nDCG@10": f"{one.value:.3f}", "95% 区间": "[{:.3f}, {:.3f}]".format(*one.ci95)}
    for one in alone.values()
).set_axis(names, axis=0)

# %% [markdown]
# ## 改一个权重
#
# 从现用权重出发，只动一个通道，其余不变。阴影是与现用权重之差的 95% 区间。

# %%
shipped = load_fusion()
start = np.array([shipped.weights.get(name, 0.0) for name in names])
print("现用权重：", dict(zip(names, start.tolist(), strict=True)))

CHANGED = names[-1]  # 改成别的通道再运行一次
grid = np.round(np.arange(0, 1.55, 0.15), 2)
effects = []
for weight in grid:
    trial = start.copy()
    trial[names.index(CHANGED)] = weight
    effects.append(difference_figure(ndcg(trial), ndcg(start), lists.clusters))

figure, axis = plt.subplots(figsize=(5.5, 3))
axis.plot(grid, [one.value for one in effects], marker="o")
axis.fill_between(grid, *np.transpose([one.ci95 for one in effects]), alpha=0.2)
axis.axhline(0, color="black", linewidth=0.8)
axis.axvline(start[names.index(CHANGED)], linestyle=":", color="black")
axis.set_xlabel(f"“{CHANGED}”的权重（虚线为现用）")
axis.set_ylabel("nDCG@10 之差")
plt.show()

# %% [markdown]
# 在同一批需求上挑最高点再报它的成绩，会偏乐观。下面的做法不会：每一折的权重都没有见过那一折的方案。

# %% [markdown]
# ## 让权重自己学
#
# 嵌套交叉验证，按方案分折；`gain` 的区间在 0 以上才值得采用。

# %%
trained = train_fusion(engine, needs)
print(
    f"较现用权重 {trained.gain.value:+.3f}，"
    f"95% 区间 [{trained.gain.ci95[0]:+.3f}, {trained.gain.ci95[1]:+.3f}]"
)
pd.DataFrame({"现用": shipped.weights, "学到": trained.config.weights})

# %% [markdown]
# ## 采用
#
# 把满意的权重写进 `data/ranking/fusion.json` 的 `weights`，并改 `version`；
# 服务重启后生效，每次推荐的日志里都记下这个版本。

# %%
here.close()
