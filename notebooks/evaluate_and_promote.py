# %% [markdown]
# # 评估与上线：改一个权重，看它值多少，过关口，上线，退回
#
# 排序模型就是一组权重。这里从现用模型出发改一个权重，依次看：
#
# 1. **离线**：有已知答案的需求，答案排得更前还是更后；
# 2. **日志反事实**：不上线，用带展示概率的日志估计新排法的结果；
# 3. **关口**：质量、日志、曝光公平、响应时间，任何一关不放行就不能上线；
# 4. **上线、看历史、退回**。
#
# 每个数字都带 95% 置信区间；区间跨过 0，就是还看不出好坏。
#
# 样本为**合成样本**，下面的日志为**模拟日志**：数字只用来学会怎么看，不代表真实质量。

# %%
import tempfile
from datetime import date, timedelta
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from recommender.installation import open_installation
from recommender.settings import Settings

here = open_installation(Settings())
engine = here.matching.engine()
served = engine.model
print("现用模型：", served.version)
pd.DataFrame(
    {"权重": prior.weight, "未知时算": prior.unknown} for prior in served.weights.solution.values()
).set_axis(list(served.weights.solution), axis=0)

# %% [markdown]
# ## 改一个权重
#
# `FEATURE` 是要改的特征，`VALUE` 是新权重。改完从这里往下重新运行。
# 这里的例子是试过几个之后挑出来的、过得了离线关口的一个（改 `gap_effect`、`price` 的没有过），
# 所以它的好成绩偏乐观，只用来演示步骤。

# %%
FEATURE = "text_match"  # 对文字吻合的看重程度
VALUE = 0.38
NEEDS = 60  # 离线评估用多少条需求，越多区间越窄、越慢
ENTERPRISES = 30  # 模拟日志和模拟名单用多少家企业

# %%
from recommender.ranking.priors import FeaturePrior
from recommender.ranking.ranking_model import RankingModel


def with_weight(feature, value):
    """现用模型，只改解决方案排序中的一个权重；版本名里写明改了什么。"""
    weights = served.weights
    changed = FeaturePrior(weight=value, unknown=weights.solution[feature].unknown)
    version = f"{weights.version}-{feature}-{value:g}"
    return RankingModel(
        version=version,
        weights=weights.model_copy(
            update={"solution": {**weights.solution, feature: changed}, "version": version}
        ),
        fusion=served.fusion,
    )


candidate = with_weight(FEATURE, VALUE)
print("候选模型：", candidate.version)

# %% [markdown]
# ## 离线：已知答案排到了哪里
#
# 每条需求由一家已登记的企业提出（随机抽取、种子固定，两个模型相同），看已知答案的 nDCG@10。
# 下图是几个权重与现用权重之差；竖线为 95% 区间，按产品重抽样。

# %%
from recommender.learning.labelled_files import LabelledNeed
from recommender.registry.gate import read_gate_rules
from recommender.registry.offline_gate import offline_gate

rules = read_gate_rules()
offline = rules.offline.model_copy(update={"most_needs": NEEDS, "least_needs": min(20, NEEDS)})
with here.store.read() as unit:
    known = [stored.record for stored in unit.needs.iterate()]
needs = [
    LabelledNeed(id=one.id, text=one.text, solution_id=one.solution_id) for one in known if one.solution_id
]

present = served.weights.solution[FEATURE].weight
grid = sorted({0.0, present, VALUE})
effects = {}
for value in grid:
    found = offline_gate(offline, engine.ranking_with(with_weight(FEATURE, value)), engine, needs)
    effects[value] = {figure.name: figure for figure in found.figures}["enterprise_difference"]

figure, axis = plt.subplots(figsize=(5.5, 3))
centre = np.array([effects[value].value for value in grid])
bounds = np.array([effects[value].ci95 for value in grid])
axis.errorbar(grid, centre, yerr=[centre - bounds[:, 0], bounds[:, 1] - centre], marker="o", capsize=4)
axis.axhline(0, color="black", linewidth=0.8)
axis.axhline(-offline.most_loss, linestyle="--", color="black", linewidth=0.8)
axis.axvline(present, linestyle=":", color="black")
axis.set_xlabel(f"“{FEATURE}”的权重（点线为现用）")
axis.set_ylabel("nDCG@10 之差（虚线为最多可降）")
plt.show()

# %% [markdown]
# 在同一批需求上挑最高点再报它的成绩，会偏乐观：这张图用来看方向和代价，不用来挑数。

# %% [markdown]
# ## 日志反事实：换一种排法，结果会怎样
#
# 真实日志要开启探索（`SMEMATCH_EXPLORATION=true`）并等到结果才有内容。这里**模拟**一份：
# 企业暗中看重的正是 `FEATURE`，靠前的更容易被看到；现用模型按天轮换不分高下的几项，展示概率如实记录。
# 方法与真实日志完全相同，真实日志用 `smematch evaluate policy --from-log`。

# %%
from recommender.matching.ranked import Wishes
from recommender.matching.solutions import find_solutions, order_solutions
from recommender.off_policy import evaluate_policy
from recommender.off_policy.reordering import reordered
from recommender.ranking.exploration import explore, load_exploration, occasion
from recommender.registry.simulated_lists import drawn_enterprises, situation_in

DAYS, DEPTH = 60, 6
limits = load_exploration().model_copy(update={"version": "模拟", "epsilon": 0.08})  # 比平时开得大
random = np.random.default_rng(20261125)
rows = []
for firm in drawn_enterprises(engine, ENTERPRISES, seed=1):
    situation = situation_in(engine, firm)
    ordered, _ = order_solutions(engine, situation, Wishes(), find_solutions(engine, situation, Wishes()))
    for day in range(DAYS):
        drawn_for = occasion(firm.uscc, date(2026, 3, 1) + timedelta(days=day))
        drawn = explore(
            ordered, limits, drawn_for, score=lambda one: one.scored.score, identity=lambda one: one.owner
        )
        for rank, (one, propensity) in enumerate(drawn[:DEPTH], start=1):
            taste = 0.05 + 0.4 * (one.features[FEATURE] or 0.0)  # 暗中的偏好，模型看不到
            rows.append(
                {
                    "list_id": drawn_for,
                    "timestamp": day,
                    "policy_version": limits.policy_version,
                    "judges_offer": True,
                    "item_id": one.owner,
                    "position": rank,
                    "click": int(random.random() < taste / rank),
                    "propensity_score": propensity,
                    **{f"item:{name}": value for name, value in one.features.items()},
                }
            )
log = pd.DataFrame(rows)
print(f"模拟日志：{log.list_id.nunique()} 份名单，{len(log)} 条，结果 {log.click.sum()} 次")

# %%
judged = {}
for value in grid:
    judged[value] = evaluate_policy(*reordered(log, with_weight(FEATURE, value).weights.solution))
print(judged[VALUE].verdict)

figure, axis = plt.subplots(figsize=(5.5, 3))
lifts = [judged[value].lift["dr"] for value in grid]
centre = np.array([one.value for one in lifts])
bounds = np.array([one.ci95 for one in lifts])
axis.errorbar(grid, centre, yerr=[centre - bounds[:, 0], bounds[:, 1] - centre], marker="o", capsize=4)
axis.axhline(0, color="black", linewidth=0.8)
axis.axvline(present, linestyle=":", color="black")
axis.set_xlabel(f"“{FEATURE}”的权重（点线为现用）")
axis.set_ylabel("每次展示的结果率之差")
plt.show()
pd.DataFrame(
    {
        "权重": value,
        "之差": f"{report.lift['dr'].value:+.4f}",
        "95% 区间": "[{:+.4f}, {:+.4f}]".format(*report.lift["dr"].ci95),
        "有效样本量": round(report.ess),
        "结论": report.verdict.partition("：")[0],
    }
    for value, report in judged.items()
)

# %% [markdown]
# ## 登记
#
# 下面用一个**练习用的登记处**（临时文件夹），不影响正在服务的模型。真要上线，把 `models` 换成 `here.models`。
# 登记过的版本不能改写；每个文件都有校验值，改动一个字节都会被发现。

# %%
from recommender.registry.folder import Draft
from recommender.registry.manifest import DataFingerprint
from recommender.registry.registry import ModelRegistry

practice = tempfile.TemporaryDirectory()
models = ModelRegistry(Path(practice.name) / "models")
measured = {"enterprise_difference": effects[VALUE].model_dump(include={"value", "ci95", "n"})}
models.add(
    Draft(candidate, metrics=measured, seed=20261125),
    DataFingerprint.of(here.store),
    by="练习",
    note=f"{FEATURE} 由 {present:g} 改为 {VALUE:g}",
)
print(models.detail(candidate.version).card)

# %% [markdown]
# ## 过关口
#
# 规则在 `data/registry/gates.json`（这里为求快，减少了需求和企业的数量）。任何一关不放行就不能上线；
# 证据太少时放不放行，也写在规则里。

# %%
from recommender.registry.gates import Gates

quick = rules.model_copy(
    update={
        "offline": offline,
        "fairness": rules.fairness.model_copy(update={"most_enterprises": ENTERPRISES}),
        "latency": rules.latency.model_copy(update={"enterprises": 8, "repeats": 2}),
    }
)
gates = Gates(here.store, here.matching.engine, rules=lambda: quick)
report = gates.measure(candidate, served, needs=needs)
print(report.text)
SIGNS = {"passed": "通过", "failed": "不通过", "too_little_evidence": "证据太少"}
pd.DataFrame(
    {"关口": one.title, "结果": SIGNS[one.status], "放行": "是" if one.lets_pass else "否"}
    for one in report.gates
)

# %%
pd.DataFrame(
    {
        "指标": one.title,
        "值": f"{one.value:.3f}",
        "95% 区间": "[{:.3f}, {:.3f}]".format(*one.ci95),
        "n": one.n,
    }
    for gate in report.gates
    for one in gate.figures
    if one.value is not None and not one.name.startswith(("lead_unit_", "vendor_"))
)

# %% [markdown]
# ## 上线
#
# 关口不放行时，`promote` 会拒绝并说明是哪一关；确需上线，可写明理由并加 `force=True`，会记入历史。
# 正在处理的请求用完它开始时的模型，不会中断。

# %%
from recommender.registry.errors import GatesNotPassed
from recommender.registry.keeper import ModelKeeper

keeper = ModelKeeper(models, seconds=0)  # 服务进程就是这样跟随登记处的
print("上线前：", keeper().version)
try:
    # 刚才已测过，这里直接用那份报告；平时写 gates.measure，上线前现测。
    models.promote(candidate.version, lambda *_: report, by="练习", reason="试用")
except GatesNotPassed as refused:
    print(refused.detail)
    models.promote(candidate.version, lambda *_: report, by="练习", reason="练习：越过关口", force=True)
print("上线后：", keeper().version)

# %% [markdown]
# ## 退回与历史
#
# 退回不过关口，立刻生效；再退一次就再往前退一个。

# %%
models.rollback(by="练习", reason="练习结束")
print("退回后：", keeper().version)
pd.DataFrame(
    {
        "序号": change.sequence,
        "谁": change.by,
        "做了什么": {"promote": "上线", "rollback": "退回"}[change.action],
        "从": change.previous,
        "到": change.version,
        "理由": change.reason,
        "关口": "" if change.gates is None else "通过" if change.gates.passed else "未通过",
    }
    for change in models.history()
)

# %% [markdown]
# ## 真正上线
#
# 在命令行里（`DIR` 里放改过的 `priors.json`，或训练输出）：
#
# ```
# smematch models add DIR --note "改了什么"
# smematch models promote 版本 --dry-run     # 只过关口
# smematch models promote 版本 --reason "为什么"
# smematch models list                      # 历史
# smematch models rollback                  # 一条命令退回
# ```

# %%
practice.cleanup()
here.close()
