# %% [markdown]
# # 让文本编码模型懂自己的产品池
#
# 从产品页面、需求和评测指标里挖出“说法 → 段落”的配对，对比学习，只训练上面几层；
# 每隔一段时间在**训练中没见过的方案**上看一次，有提升才写出模型。两核机器十几分钟就有结果。
#
# 没有标注的方案从不当作负例，否则模型会学着躲开没见过的东西。

# %% tags=["parameters"]
MINUTES = 8.0  # 最多用多少分钟；正式做建议 15 分钟以上
SOLUTIONS = None  # 只用前多少个方案；None 为全部
SEED = 20261
SHIPPED = False  # 从出厂已微调的模型开始；在合成样本上应为 False：它就是用样本微调的，再用样本考自己不算数

# %%
import dataclasses
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from recommender.encoder.build import build_encoder
from recommender.index.catalogue import read_catalogue
from recommender.learning.adaptation.train import train_encoder
from recommender.settings import Settings
from recommender.store import Store

settings = Settings()
store = Store.open(settings)
catalogue = read_catalogue(store)
kept = dict(sorted(catalogue.solutions.items())[:SOLUTIONS])
with store.read() as unit:
    needs = [stored.record for stored in unit.needs.iterate() if stored.record.solution_id in kept]
catalogue = dataclasses.replace(catalogue, solutions=kept)
print(f"方案 {len(kept)} 个，带标注的需求 {len(needs)} 条（合成样本）")

# %% [markdown]
# ## 训练
#
# 结果写进一个临时文件夹；满意后用 `smematch train encoder --out DIR` 正式做一次。

# %%
work = Path(tempfile.mkdtemp())
base = settings.encoder_folder if SHIPPED else build_encoder(work / "base")
folder = work / "tuned"
report = train_encoder(
    catalogue, base, folder, minutes=MINUTES, seed=SEED, needs=needs,
    progress=lambda line, share: print(f"{share:4.0%}  {line}"),
)  # fmt: skip

# %% [markdown]
# ## 挖到了哪些配对

# %%
pd.Series(report.pairs, name="条数").sort_values(ascending=False).to_frame()

# %% [markdown]
# ## 学习曲线
#
# 每一点都在留出的方案上测量。停在最好的一点，而不是最后一点。

# %%
looks = pd.DataFrame(look.model_dump() for look in report.looks).set_index("minutes")
figure, axis = plt.subplots(figsize=(5, 3))
axis.plot(looks.index, looks["dense"], marker="o", label="语义")
axis.plot(looks.index, looks["hybrid"], marker="o", label="融合")
axis.axhline(report.held_out.lexical.value, color="grey", linestyle=":", label="只用关键词")
axis.set_xlabel("分钟")
axis.set_ylabel("nDCG@10（留出方案的需求）")
axis.legend(frameon=False)
plt.show()

# %% [markdown]
# ## 值不值得启用
#
# 看“提升”的区间是否在 0 以上。区间跨过 0，就是还看不出来：多导入一些带标注的需求再试。

# %%
held = report.held_out
pd.DataFrame(
    {
        "通道": name,
        "微调前": f"{before.value:.3f}",
        "微调后": f"{after.value:.3f}",
        "提升": f"{gain.value:+.3f}",
        "95% 区间": "[{:+.3f}, {:+.3f}]".format(*gain.ci95),
    }
    for name, before, after, gain in (
        ("语义", held.dense_before, held.dense_after, held.gain_dense),
        ("融合", held.hybrid_before, held.hybrid_after, held.gain_hybrid),
    )
).set_index("通道")

# %%
if report.improved:
    print(f"启用：SMEMATCH_ENCODER={folder / 'model'} smematch init")
else:
    print("留出的方案上没有提升，模型没有写出。")
store.dispose()
