"""A small synthetic catalogue whose records can be told apart by their words."""

from typing import Any

from recommender.installation import Installation
from recommender.text.sub_industry import complete_enterprise
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc

CONTACT = {"person": "合成联系人甲", "phone": "13800001234", "email": "jia@sample.example"}
SHOWN_TO_ALL = [{"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}]

#: Consents, so it may be a prospect.
CONSENTING = uscc(1)
#: Never consented.
SILENT = uscc(2)
#: Consented once and revoked it.
REVOKED = uscc(3)

_PAGES = {
    10: ("planning_scheduling", "排产软件，按交期自动排程，插单重排，车间报工。"),
    11: ("quality", "质量检验系统，来料检验、过程检验、不合格品追溯。"),
    12: ("energy", "能耗监测，电表采集、峰谷用电分析、碳排放核算。"),
    13: ("warehouse_logistics", "仓库条码管理，入库、出库、盘点，账实相符。"),
    14: ("equipment", "设备点检与保养，停机预警，设备联网采集。"),
    15: ("marketing", "客户关系管理，报价、订单跟踪、回款提醒。"),
}


def fill(here: Installation) -> None:
    """Store the catalogue and index it."""
    firms: list[dict[str, Any]] = [
        {"consents": SHOWN_TO_ALL},
        {},
        {"consents": [{**SHOWN_TO_ALL[0], "revoked_on": "2026-02-01"}]},
    ]
    with here.store.begin() as work:
        work.solutions.put_many(
            solution(number, text=text * 5, scenarios=[{"scenario": scenario, "level": 2}])
            for number, (scenario, text) in _PAGES.items()
        )
        work.enterprises.put_many(
            complete_enterprise(
                enterprise(number, contact=CONTACT, sub_industry="apparel", district="440113", **changes)
            )
            for number, changes in enumerate(firms, start=1)
        )
        work.diagnoses.put_many([diagnosis(1, of=1)])
        work.lead_units.put_many([lead_unit(1, scenarios=["planning_scheduling"], text="服装供应链协同")])
    here.keeper.refresh()
