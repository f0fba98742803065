"""A BERT of a few thousand parameters and a plainly synthetic pool, so that tests train for real."""

import json
from pathlib import Path
from typing import Any

from recommender.domain import Need, Solution
from recommender.index.catalogue import Catalogue

TOPICS = (
    ("planning_scheduling", "排产", "插单一多交期就乱", "按交期自动排产，插单重排，工序进度看板一目了然。"),
    ("warehouse_logistics", "仓储", "账上库存和盘点对不上", "扫码入库出库，库位管理，盘点对账，库存预警。"),
    ("quality", "质检", "来料检验没有记录", "来料检验，首检巡检，不良分析，质量追溯到批次。"),
    ("energy", "能耗", "电费高不知道用在哪", "电表采集，峰谷分析，能耗异常报警，碳排放核算。"),
)
_COLOURS = ("红", "橙", "黄", "绿", "青", "蓝", "紫", "白", "黑", "灰")
#: Owners use other words than the pages: only a model that learns them from other solutions finds the answer.
_SAID = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")


def solution(number: int, *, scenario: bool = True, **changes: Any) -> Solution:
    code, word, pain, body = TOPICS[number % len(TOPICS)]
    colour = _COLOURS[number // len(TOPICS)]
    return Solution.model_validate(
        {
            "id": f"SYN-T{number:02d}",
            "name": f"合成样本{colour}色{word}",
            "summary": f"{colour}色车间的{word}工具，小厂也用得起",
            "text": (
                f"## 为什么做{colour}色{word}\n"
                f"{colour}色车间里{pain}，老板着急，工人也着急，月月如此，谁也说不清。\n"
                f"## 主要功能\n{colour}色标牌。{body}手机上就能看，坏了有人修，数据天天备份，换人也不怕丢。\n"
                f"## 交付边界\n{colour}色版本不含硬件，三天装好，一周学会，费用一次付清，以后升级不另收钱。"
            ),
            "scenarios": [{"scenario": code, "level": 1 + number % 3}] if scenario else [],
            "synthetic": True,
            "mark": "合成样本",
            **changes,
        }
    )


def need(number: int) -> Need:
    pain = TOPICS[number % len(TOPICS)][2]
    text = f"我们是{_SAID[number // len(TOPICS)]}字号厂子，{pain}，想找个帮手"
    return Need.model_validate(
        {"id": f"SYN-TN{number:02d}", "text": text, "solution_id": f"SYN-T{number:02d}"}
    )


def pool(count: int = 40) -> tuple[Catalogue, list[Need]]:
    solutions = [solution(number) for number in range(count)]
    catalogue = Catalogue(version=1, solutions={one.id: one for one in solutions})
    return catalogue, [need(number) for number in range(count)]


def write_tiny_model(folder: Path, texts: list[str]) -> Path:
    """Write a randomly initialised BERT with one token a character, in the layout of a built encoder."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(3)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *sorted(set("".join(texts)) | set("query: passage"))]
    tokenizer = Tokenizer(models.WordLevel({p: n for n, p in enumerate(pieces)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
        pad_token_id=1,
    )
    BertModel(config).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    return folder


def with_manifest(folder: Path) -> Path:
    """Add the record that a built encoder keeps of its files."""
    from recommender.encoder.manifest import MANIFEST, file_hash

    files = {path.name: file_hash(path) for path in sorted(folder.iterdir()) if path.is_file()}
    document = {"name": "tiny", "format": 1, "weights_sha256": files["model.safetensors"], "files": files}
    (folder / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    return folder
