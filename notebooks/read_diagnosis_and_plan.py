# %% [markdown]
# # 看懂一份诊断和它的方案
#
# 从一家企业的诊断开始：得分从哪里来，离二级差什么，最省钱的一条路是什么，多花钱能多几成把握。
# 样本全部为**合成样本**；等级、补贴等一律以官方通知为准。

# %%
import matplotlib.pyplot as plt
import pandas as pd

from recommender.diagnosis.gap import gap_to
from recommender.installation import open_installation
from recommender.matching.request import RecommendationRequest
from recommender.planning.request import PlanRequest
from recommender.settings import Settings

here = open_installation(Settings())
snapshot = here.keeper.current

# %% [markdown]
# ## 选一家还没到二级的企业

# %%
overview = pd.DataFrame(
    {
        "代码": uscc,
        "企业": snapshot.catalogue.enterprises[uscc].name,
        "等级": result.level_name,
        "总分": float(result.total),
        "达二级的场景": sum(scenario.grade >= 2 for scenario in result.scenarios),
    }
    for uscc, result in snapshot.results.items()
    if result.level < 2
).sort_values(["总分", "代码"], ascending=[False, True])
overview.head()

# %% [markdown]
# 换一家：把下面的代码改成上表中的任何一个。

# %%
uscc = overview["代码"].iloc[len(overview) // 2]
enterprise, result = snapshot.catalogue.enterprises[uscc], snapshot.results[uscc]
print(f"{enterprise.name}：{result.level_name}，{float(result.total):.2f} 分")
for need in enterprise.needs:
    print("  企业自述：", need)

# %% [markdown]
# ## 分数从哪里来
#
# 三个计分维度共 100 分；数字化经营不计分，按场景评等级。

# %%
dimensions = pd.DataFrame(
    {"维度": one.name, "得分": float(one.points), "满分": float(one.max_points)} for one in result.dimensions
).set_index("维度")
scenarios = pd.DataFrame(
    {"场景": ("★" if one.required else "　") + one.name, "等级": one.grade} for one in result.scenarios
).set_index("场景")

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6))
left.barh(dimensions.index, dimensions["满分"], color="#dddddd")
left.barh(dimensions.index, dimensions["得分"])
left.set_xlabel("得分（灰色为满分）")
right.barh(scenarios.index[::-1], scenarios["等级"][::-1], color="C2")
right.axvline(2, linestyle=":", color="black")
right.set_xlim(0, 4)
right.set_xlabel("场景等级（★ 为约束性，虚线为二级）")
plt.show()

# %% [markdown]
# ## 离二级还差什么

# %%
gap = gap_to(result, 2, here.instrument)
print(
    f"还差 {float(gap.points_short):g} 分、{gap.scenarios_short} 个场景，"
    f"其中约束性至少 {gap.required_short} 个"
)
pd.DataFrame(
    {"场景": one.name, "约束性": "是" if one.required else "", "现在": one.grade}
    for one in gap.scenarios_below
).set_index("场景")

# %% [markdown]
# ## 最省钱的一条路
#
# 由整数规划求出，等级按同一套诊断规则重新计算；`optimal` 为真表示已证明没有更便宜的。

# %%
plan = here.planning.plan(PlanRequest(enterprise=uscc, target_level=2))
print(plan.summary)
print(
    f"已证明最优：{plan.solved.optimal}；"
    f"达到目标的把握 {plan.reliability.chance:.0%}（{plan.reliability.method}）"
)
pd.DataFrame(
    {
        "项目": one.name,
        "费用（元）": float(one.cost.planned_yuan),
        "补上的场景": "、".join(closed.name for closed in getattr(one, "closes", ())),
        "增加的分": sum(float(earned.adds) for earned in one.earns),
    }
    for one in (*plan.solutions, *plan.measures)
)

# %% [markdown]
# ## 多花钱，多几成把握
#
# 产品能否真把场景提到位并不确定。要求的把握越高，方案越贵：下图是这家企业的一条曲线。

# %%
asked = [None, 0.5, 0.6, 0.7, 0.8, 0.9]
curve = pd.DataFrame(
    {
        "把握": found.reliability.chance,
        "费用（万元）": float(found.cost.planned_yuan) / 1e4,
        "产品数": len(found.solutions),
    }
    for found in (
        here.planning.plan(PlanRequest(enterprise=uscc, target_level=2, probability=share, alternatives=0))
        for share in asked
    )
    if found.feasible
)
figure, axis = plt.subplots(figsize=(4.6, 3))
axis.plot(curve["费用（万元）"], curve["把握"], marker="o")
axis.set_xlabel("费用（万元）")
axis.set_ylabel("达到二级的把握")
axis.set_ylim(0, 1)
plt.show()
curve

# %% [markdown]
# ## 推荐清单与方案的对照
#
# 方案只看怎样最省钱地到二级；推荐清单还看企业自己说的痛点。两张表都给企业看，由企业自己选。

# %%
answer = here.matching.recommend(RecommendationRequest(enterprise=uscc, k=8))
chosen = {one.id for one in plan.solutions}
pd.DataFrame(
    {
        "名次": item.rank,
        "产品": item.name,
        "得分": item.score,
        "在最省方案里": "是" if item.id in chosen else "",
        "首要理由": item.reasons[0].text if item.reasons else "",
    }
    for item in answer.items
).set_index("名次")

# %%
here.close()
