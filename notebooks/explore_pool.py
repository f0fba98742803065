# %% [markdown]
# # 看懂产品池
#
# 产品池里有什么、缺什么：哪些场景方案多、哪些少，价格和工期分布如何，企业要提升的场景与池子对得上吗。
#
# 先运行过 `make run`（或 `smematch init`）即可。样本数据全部为**合成样本**，不是真实产品或企业。

# %%
import matplotlib.pyplot as plt
import pandas as pd

from recommender.domain.taxonomy import load_taxonomy
from recommender.index.catalogue import read_catalogue
from recommender.settings import Settings
from recommender.store import Store

taxonomy = load_taxonomy()
store = Store.open(Settings())
catalogue = read_catalogue(store)
print(
    f"解决方案 {len(catalogue.solutions)} 个，企业 {len(catalogue.enterprises)} 家，"
    f"牵引单位 {len(catalogue.lead_units)} 家"
)

# %% [markdown]
# ## 一行一个产品

# %%
solutions = pd.DataFrame(
    {
        "编号": one.id,
        "名称": one.name,
        "最低价（元）": float(one.price.low_yuan) if one.price else None,
        "最高价（元）": float(one.price.high_yuan) if one.price else None,
        "工期（天）": one.days_to_deploy,
        "审核状态": one.audit_state.value,
        "场景数": len(one.scenarios),
        "标记": one.face_mark,
    }
    for one in catalogue.solutions.values()
).set_index("编号")
solutions.head()

# %% [markdown]
# 价格和工期没有写的产品有多少？没写的不会被当成 0，也不会被排除，只是少一个加分的依据。

# %%
solutions[["最低价（元）", "工期（天）"]].isna().mean().rename("没有写的比例").to_frame().round(3)

# %% [markdown]
# ## 场景 × 等级：供给
#
# 每格是能把该场景提升到该等级（或更高）的产品数。

# %%
effects = pd.DataFrame(
    (one.id, effect.scenario.value, effect.level, effect.provenance.value)
    for one in catalogue.solutions.values()
    for effect in one.scenarios
)
effects.columns = ["编号", "场景", "等级", "依据"]
names = {entry.code.value: entry.name for entry in taxonomy.scenarios}
supply = pd.DataFrame(
    {level: effects[effects["等级"] >= level].groupby("场景")["编号"].nunique() for level in range(1, 5)}
)
supply = supply.reindex(names).fillna(0).astype(int)
supply.index = supply.index.map(names)

figure, axis = plt.subplots(figsize=(5.2, 4.6))
image = axis.imshow(supply, cmap="Blues", aspect="auto")
axis.set_xticks(range(4), [f"到{level}级" for level in "一二三四"])
axis.set_yticks(range(len(supply)), supply.index)
for row, counts in enumerate(supply.to_numpy()):
    for column, count in enumerate(counts):
        dark = count > supply.to_numpy().max() / 2
        axis.text(column, row, count, ha="center", va="center", color="white" if dark else "black")
axis.set_title("能把场景提升到该等级的产品数（合成样本）")
plt.show()

# %% [markdown]
# ## 价格与工期
#
# 虚线是“小快轻准”的参考门槛，没有官方数值，可在 `data/ranking/priors.json` 里改，以官方通知为准。

# %%
from recommender.ranking.priors import load_priors

thresholds = load_priors().thresholds
figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.6))
left.hist(solutions["最低价（元）"].dropna() / 1e4, bins=30)
left.axvline(float(thresholds.light_price_yuan) / 1e4, linestyle=":", color="black")
left.set_xlabel("最低价（万元）")
left.set_ylabel("产品数")
right.hist(solutions["工期（天）"].dropna(), bins=30, color="C1")
right.axvline(thresholds.light_days, linestyle=":", color="black")
right.set_xlabel("工期（天）")
plt.show()

# %% [markdown]
# ## 供需对照：企业离二级还差的场景，池子里有多少产品
#
# 右边长、左边短的场景，就是供给缺口。

# %%
from recommender.diagnosis.gap import gap_to
from recommender.diagnosis.instrument import load_instrument
from recommender.index.snapshot import score_diagnoses

instrument = load_instrument()
results = score_diagnoses(catalogue, instrument)
below = pd.Series(
    [
        entry.name
        for result in results.values()
        if result.level < 2
        for entry in gap_to(result, 2, instrument).scenarios_below
    ]
).value_counts()
both = pd.DataFrame({"产品数": supply[2], "企业数": below}).fillna(0).sort_values("企业数")
figure, axis = plt.subplots(figsize=(6.5, 4.2))
axis.barh(
    both.index, -both["产品数"] / both["产品数"].max(), color="C0", label="能到二级的产品（相对最多者）"
)
axis.barh(
    both.index, both["企业数"] / both["企业数"].max(), color="C1", label="该场景不到二级的企业（相对最多者）"
)
axis.axvline(0, color="black", linewidth=0.8)
axis.set_xticks([])
axis.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=2, frameon=False, fontsize=8)
axis.set_title(f"供需对照，未达二级企业 n = {sum(r.level < 2 for r in results.values())}（合成样本）")
plt.show()

# %%
store.dispose()
