# %% [markdown]
# # 曝光与公平：谁被看到，改上限会怎样
#
# 排在前面的被看到得多，看到得多又被联系得多：不看着点，清单会把机会越来越多地给少数几家。
# 这里看四件事：各单位被看到的份额与应得份额差多少；位置本身值多少；小企业和各区有没有被冷落；
# 把单家上限收紧、或换一种排名单的方法，谁得谁失。每个数字都带 95% 置信区间。
#
# 企业和单位全部为**合成样本**；看到、联系等记录是本页**当场模拟**的，写在临时数据库里，
# 不动正式日志。所以数字只用来学会怎么看。换成正式日志：把 `simulated` 换成 `here.store`。

# %% tags=["parameters"]
LISTS = 400
SEED = 20261125

# %%
import tempfile
from datetime import timedelta
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from recommender.feedback.event_log import EventLog
from recommender.installation import open_installation
from recommender.learning.intervals import difference_figure, mean_figure
from recommender.matching.request import RecommendationRequest, Target
from recommender.matching.service import MatchingService
from recommender.settings import Settings
from recommender.store import Store

here = open_installation(Settings())
engine = here.matching.engine()
catalogue = engine.snapshot.catalogue
folder = tempfile.TemporaryDirectory()
simulated = Store.set_up(Settings(home=Path(folder.name), database_url=None))
print(f"企业 {len(catalogue.enterprises)} 家，牵引单位 {len(catalogue.lead_units)} 家（合成样本）")


# %% [markdown]
# ## 模拟一份日志
#
# 清单是真的：由现在的引擎给企业排出来，一字不差地记进日志。人的反应是编的，规矩只有两条：
#
# * 第 k 位以 1/√k 的机会被看到；
# * 看到以后，以清单上写的“达成意向的概率”决定联系与否，几天到几周后才联系。

# %%
now = simulated.clock()
rng = np.random.default_rng(SEED)
moments = now - timedelta(days=170) + np.sort(rng.random(LISTS)) * timedelta(days=169)
at_last = [now]  # 模拟的时钟
simulated.clock = lambda: at_last[0]
serving = MatchingService(simulated, here.keeper, here.encoder, here.instrument)
firms = sorted(catalogue.enterprises)
events = []
for number, (moment, uscc) in enumerate(zip(moments, rng.choice(firms, LISTS), strict=True)):
    at_last[0] = moment
    served = serving.recommend(RecommendationRequest(enterprise=uscc, target=Target.LEAD_UNIT, k=5))
    for item in served.items:
        if rng.random() > item.rank**-0.5:
            continue
        happened = [("impression", moment + timedelta(minutes=1))]
        if rng.random() < item.p_match:
            happened.append(("contact", moment + timedelta(days=rng.gamma(2.0, 8.0))))
        events += [
            {
                "event_id": f"simulated-{number}-{item.rank}-{kind}",
                "type": kind,
                "recommendation_id": served.recommendation_id,
                "subject": uscc,
                "object": item.id,
                "actor": uscc,
                "occurred_at": at.isoformat(),
                "attributes": {"note": "模拟"},
            }
            for kind, at in happened
            if at < now
        ]
at_last[0] = now
written = EventLog(simulated).append(events)
print(f"清单 {LISTS} 份，事件 {written.inserted} 条（模拟）")

# %% [markdown]
# ## 被看到的份额与应得份额
#
# “应得”：每家企业看了几次，就按双向匹配分把这几次分给它的清单可能列出的各家单位，再加总。
# 条的右端在圆点右边，就是看到的比应得的多；横线跨过圆点，就还不能这么说。

# %%
from recommender.exposure.service import ExposureService

report = ExposureService(simulated, here.matching.engine).report()
units = next(market for market in report.markets if market.market == "lead_unit")
whole = units.slices[0]


def told(figure, form=".1%"):
    """一个数字和它的 95% 区间。"""
    if figure.value is None or figure.ci95[0] is None:
        return "—" if figure.value is None else f"{figure.value:{form}}"
    return f"{figure.value:{form}}  [{figure.ci95[0]:{form}}, {figure.ci95[1]:{form}}]"


def whiskers(figures):
    """画误差线用的上下两臂。"""
    values = np.array([[f.value - f.ci95[0], f.ci95[1] - f.value] for f in figures], float)
    return np.clip(values.T, 0, None)


parties = whole.parties[::-1]
figure, axis = plt.subplots(figsize=(6.5, 4.4))
names = [one.name.replace("合成样本·", "") for one in parties]
shown = [one.share for one in parties]
axis.barh(names, [one.value for one in shown], xerr=whiskers(shown), color="C0", alpha=0.75, label="看到")
axis.plot([one.merit_share.value for one in parties], names, "o", color="C1", label="应得")
axis.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
axis.set_xlabel("份额")
axis.legend(frameon=False)
axis.set_title(f"各牵引单位被看到的份额，{whole.enterprises} 家企业（合成样本，模拟日志）")
plt.show()

# %%
pd.DataFrame(
    {
        "单位": one.name,
        "看到": one.impressions,
        "份额": told(one.share),
        "应得": told(one.merit_share),
        "份额÷应得": told(one.ratio, ".2f"),
        "可列出企业": one.could_hold,
    }
    for one in whole.parties
).set_index("单位")

# %% [markdown]
# ## 集中到什么程度，超没超上限
#
# 基尼系数 0 为人人一样，越近 1 越集中。上限写在 `data/fairness/exposure.json`，样本太少时不判断任何一家。

# %%
from recommender.exposure.caps import load_caps

caps = load_caps()
print(f"基尼系数 {told(whole.gini, '.2f')}；HHI {told(whole.hhi, '.3f')}，各家均分时 {whole.equal_hhi:.3f}")
for alarm in report.alarms:
    print(("超过上限：" if alarm.certain else "可能超过上限：") + alarm.text)
if not report.alarms:
    print(f"没有单位超过上限（看到不足 {caps.least_impressions} 次的范围不作判断）")

seen = np.sort([one.impressions for one in whole.parties])
lorenz = np.concatenate([[0], np.cumsum(seen) / seen.sum()])
figure, axis = plt.subplots(figsize=(3.6, 3.4))
across = np.linspace(0, 1, len(lorenz))
axis.plot(across, lorenz, marker=".")
axis.fill_between(across, lorenz, across, alpha=0.15)
axis.plot([0, 1], [0, 1], linestyle=":", color="black")
axis.set_xlabel("单位（由少到多）的累计比例")
axis.set_ylabel("被看到次数的累计比例")
axis.set_title("洛伦兹曲线：离虚线越远越集中")
plt.show()

# %% [markdown]
# ## 位置值多少
#
# 同一份清单，第一位和第五位被看到的机会差多少？只看“看到”的，联系的机会又差多少？
# 后一条若还随位置下降，可能是排得准，也可能是位置本身在起作用：要分开，须打开探索，让相近的单位换位。

# %%
from recommender.health.log import read_log
from recommender.learning.intervals import wilson

with simulated.read() as work:
    log = read_log(work, catalogue.enterprises, moments[0], now)
lines = log.labelled("contact")
lines = lines[lines["elapsed_days"] >= lines["horizon_days"]]  # 期限未满的不算：还没有不等于没有

figure, axes = plt.subplots(1, 2, figsize=(7.4, 2.8), sharex=True)
for axis, title, rows, happened in (
    (axes[0], "被看到的比例", lines[lines["seen"].notna()], lambda own: own["seen"] == 1),
    (axes[1], "看到后联系的比例", lines[lines["seen"] == 1], lambda own: own["reached"]),
):
    counts = happened(rows).groupby(rows["position"]).agg(["sum", "size"])
    middle = counts["sum"] / counts["size"]
    low, high = np.transpose([wilson(*row) for row in counts.to_numpy()])
    axis.errorbar(
        counts.index, middle, yerr=np.clip([middle - low, high - middle], 0, None), marker="o", capsize=3
    )
    axis.set_ylim(0)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axis.set_xlabel("位置")
    axis.set_title(f"{title}，n = {counts['size'].sum()}")
axes[0].plot(counts.index, counts.index**-0.5, linestyle=":", color="black")
plt.show()

# %% [markdown]
# 左图虚线是模拟时用的规矩 1/√k，点应当落在它附近。
#
# ## 小企业和各区
#
# 一家企业得到什么，看三样：清单上有几家可选，第一位的得分，看到后联系的比例。按规模、按区比。

# %%
from recommender.domain.enterprise import SIZE_NAMES
from recommender.domain.taxonomy import load_taxonomy

every = log.labelled("contact")
sizes = {uscc: firm.size_class for uscc, firm in catalogue.enterprises.items()}
every["规模"] = every["enterprise"].map(sizes).map(lambda one: SIZE_NAMES.get(one, "未知"))
every["区"] = every["district"].map({entry.code: entry.name for entry in load_taxonomy().districts})
every["企业"] = every["enterprise"].factorize()[0]
every["家数"] = every.groupby("list_id")["position"].transform("size")
MEASURES = {
    "清单上的家数": (every["position"] == 1, "家数", ".1f"),
    "第一位的得分": (every["position"] == 1, "score", ".2f"),
    "看到后联系": ((every["seen"] == 1) & (every["elapsed_days"] >= every["horizon_days"]), "reached", ".1%"),
}


def compared(by):
    """每一组的三个数，区间按企业重抽样。"""
    made = {}
    for group, own in every.groupby(by):
        made[group] = {"企业": own["企业"].nunique()}
        for name, (rows, column, _) in MEASURES.items():
            part = own[rows.reindex(own.index)]
            made[group][name] = mean_figure(part[column].astype(float), part["企业"])
    return pd.DataFrame(made).T.sort_values("企业", ascending=False)


def shown_table(table):
    forms = {name: form for name, (_, _, form) in MEASURES.items()}
    return table.apply(
        lambda column: [told(f, forms[column.name]) for f in column] if column.name in forms else column
    )


by_size, by_district = compared("规模"), compared("区")
shown_table(by_size)

# %%
shown_table(by_district)

# %%
figure, axes = plt.subplots(1, 2, figsize=(7.4, 3), sharey=False, width_ratios=[1, 2])
for axis, table, title in ((axes[0], by_size, "按规模"), (axes[1], by_district, "按区")):
    values = [one for one in table["第一位的得分"] if one.ci95[0] is not None]
    labels = [name for name, one in table["第一位的得分"].items() if one.ci95[0] is not None]
    axis.errorbar(labels, [one.value for one in values], yerr=whiskers(values), fmt="o", capsize=3)
    axis.tick_params(axis="x", rotation=60)
    axis.set_title(f"第一位的得分，{title}")
plt.show()

# %% [markdown]
# 哪个区低、是不是那里能服务的单位少，对照下面体检里各区“可服务的牵引单位”。
#
# ## 收紧上限，或换一种排法
#
# 同一批企业、同一批单位，在一个细分行业里把名单重排：匹配最多、互不嫉妒、各加单家上限。
# “匹配之差”是每家企业预期匹配数与现行之差的平均，按企业重抽样；区间在 0 以下就是企业吃亏。
# 匹配数以双方得分估计，只宜比名单，不是签约预测。

# %%
from collections import Counter

from recommender.market.errors import ShareCapTooTight
from recommender.matching.fair_answer import FairListsRequest, FairMethod

# 换行业：把下一行改成别的代码，如 "apparel"
SUB_INDUSTRY = Counter(
    sub for unit in catalogue.lead_units.values() for sub in unit.sub_industries
).most_common(1)[0][0]
with_places = len(here.matching.fair_lists(FairListsRequest(sub_industry=SUB_INDUSTRY)).lead_units)
LOOSE, TIGHT = 1.3 / with_places, 1.1 / with_places  # 均分为 1 / 单位数
print(f"{load_taxonomy().sub_industry_name(SUB_INDUSTRY)}：还有名额的单位 {with_places} 家")
CHOICES = {
    "匹配最多": (FairMethod.SOCIAL_WELFARE, None),
    f"匹配最多，上限 {LOOSE:.0%}": (FairMethod.SOCIAL_WELFARE, LOOSE),
    f"匹配最多，上限 {TIGHT:.0%}": (FairMethod.SOCIAL_WELFARE, TIGHT),
    "互不嫉妒": (FairMethod.ENVY_FREE, None),
    f"互不嫉妒，上限 {TIGHT:.0%}": (FairMethod.ENVY_FREE, TIGHT),
}
rows = {}
for title, (method, cap) in CHOICES.items():
    asked = FairListsRequest(sub_industry=SUB_INDUSTRY, method=method, share_cap=cap, depth=5)
    try:
        lists = here.matching.fair_lists(asked)
    except ShareCapTooTight as error:
        print(f"{title}：{error.detail}")
        continue
    fair, before = ([getattr(one, name) for one in lists.enterprises] for name in ("matches", "matches_now"))
    for warning in lists.warnings:
        if "上限" in warning:
            print(f"{title}：{warning}")
    rows.setdefault("现行", (lists.now, None, len(before)))
    rows[title] = (lists.fair, difference_figure(fair, before, np.arange(len(fair))), len(fair))

pd.DataFrame(
    {
        "名单": title,
        "企业": n,
        "预期匹配": round(outcome.matches, 2),
        "每家匹配之差": "—" if change is None else told(change, "+.4f"),
        "最大一家的曝光占比": f"{outcome.largest_unit_share:.1%}",
        "企业间嫉妒": outcome.enterprise_envies,
        "单位间嫉妒": outcome.unit_envies,
    }
    for title, (outcome, change, n) in rows.items()
).set_index("名单")

# %%
figure, axis = plt.subplots(figsize=(5.6, 3))
for title, (outcome, change, _) in rows.items():
    middle = 0.0 if change is None else change.value
    arms = None if change is None else whiskers([change])
    axis.errorbar([outcome.largest_unit_share], [middle], yerr=arms, marker="o", capsize=3, label=title)
axis.axhline(0, color="black", linewidth=0.8)
axis.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
axis.set_xlabel("最大一家的曝光占比（越左越分散）")
axis.set_ylabel("每家企业的匹配之差")
axis.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
axis.set_title("分散一点，要付多少匹配")
plt.show()

# %% [markdown]
# ## 批量撮合时的上限
#
# 撮合（`smematch assign`）也有单家上限。上限收紧，预期匹配一般会少一点，换来机会分散一些。
# 上限按整批企业计，“最大一家”按配上的企业计。

# %%
from recommender.assignment.request import AssignmentRequest
from recommender.assignment.service import AssignmentService

assigning = AssignmentService(simulated, here.matching)
proposals = {}
for cap in (None, 0.4, 0.3):
    answer = assigning.propose(AssignmentRequest(sub_industry=SUB_INDUSTRY, share_cap=cap, dry_run=True))
    chances = [pair.p_match for pair in answer.pairs if pair.p_match is not None]
    proposals["不设" if cap is None else f"{cap:.0%}"] = {
        "配上": answer.totals.assigned,
        "未配上": answer.totals.unassigned,
        "预期匹配": round(answer.totals.expected_matches, 2),
        "每对的机会": told(mean_figure(chances, np.arange(len(chances)))),
        "最大一家占配上的": f"{answer.totals.largest_share:.0%}",
        "有企业的单位": sum(line.assigned > 0 for line in answer.units),
    }
pd.DataFrame(proposals).T.rename_axis("单家上限")

# %% [markdown]
# ## 体检：一页看全
#
# 与命令行 `smematch health`、接口 `/v1/model-health` 是同一份报告。上面的模拟按清单所写的概率联系，
# 所以“预测与实际”应当相符；池子没有变，所以不该有漂移。若有，请先想想是不是偶然：看 n 和区间。

# %%
from recommender.health.report import TARGET_NAMES, VERDICT_NAMES
from recommender.health.service import HealthService

health = HealthService(simulated, here.keeper, here.instrument).report()
print("总评：", VERDICT_NAMES[health.verdict])
for finding in health.findings:
    print(f"{VERDICT_NAMES[finding.verdict]}：{finding.advice}")
pd.DataFrame(
    {
        "清单": TARGET_NAMES[line.target],
        "可推荐": line.pool,
        "展示过": line.shown,
        "被联系": line.contacted,
        "基尼系数": told(line.gini, ".2f"),
        "从未展示的原因": "；".join(
            f"{text}：{n} 个" for text, n in Counter(one.reason for one in line.never_shown).items()
        ),
    }
    for line in health.coverage
    if line.lists
).set_index("清单")

# %%
foretold = next(line for line in health.calibration if line.target == "lead_unit" and line.code is None)
print(
    f"{foretold.title}：{foretold.lines} 条，偏差 {told(foretold.gap, '+.3f')}，"
    f"期限未满而未计 {foretold.waiting} 条"
)
figure, axis = plt.subplots(figsize=(3.6, 3.4))
happened = [one.happened for one in foretold.bins]
predicted = [one.predicted for one in foretold.bins]
if happened:
    axis.errorbar(predicted, [one.value for one in happened], yerr=whiskers(happened), fmt="o", capsize=3)
top = max([0.4, *(one.ci95[1] for one in happened)])
axis.plot([0, top], [0, top], linestyle=":", color="black")
axis.set_xlabel("清单上写的概率")
axis.set_ylabel("实际联系的比例")
axis.set_title("预测与实际（虚线为相符）")
plt.show()

# %%
pd.DataFrame(
    {
        "区": one.name,
        "得到清单的企业": every.loc[every["district"] == one.code, "企业"].nunique(),
        "可服务的牵引单位": one.lead_units,
    }
    for one in health.districts
).set_index("区")

# %% [markdown]
# ## 采用
#
# * 单家上限：改 `data/fairness/exposure.json`，`smematch exposure` 和本页随即按新上限报警。
# * 体检界限：改 `data/health/health.json`。
# * 换排名单的方法目前只作比较，见 `docs/fair_lists.md`；批量撮合的上限在 `smematch assign --share-cap`。

# %%
simulated.dispose()
folder.cleanup()
here.close()
