"""Chinese names of codes as people write them in files; the first name of a code is the one exports use."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from recommender.domain.diagnosis import DiagnosisMethod
from recommender.domain.enterprise import SIZE_NAMES, ConsentPurpose, SubIndustrySource
from recommender.domain.lead_unit import MODE_NAMES, LeadMode
from recommender.domain.notice import NOTICE_KIND_NAMES, NoticeKind
from recommender.domain.solution import (
    AUDIT_STATE_NAMES,
    DEPLOYMENT_NAMES,
    AuditState,
    ClaimedItem,
    Deployment,
    PriceBasis,
    Provenance,
    ProviderKind,
)
from recommender.domain.taxonomy import Taxonomy, load_taxonomy

Names = Mapping[str, str]


def _with_codes(names: dict[str, str]) -> Names:
    return MappingProxyType(names | {code: code for code in names.values()})


AUDIT_STATES = _with_codes(
    {name: code.value for code, name in AUDIT_STATE_NAMES.items()}
    | {
        "已审核": AuditState.ADMITTED.value,
        "审核通过": AuditState.ADMITTED.value,
        "通过": AuditState.ADMITTED.value,
        "待审": AuditState.SUBMITTED.value,
        "退回": AuditState.RETURNED.value,
        "不通过": AuditState.REJECTED.value,
        "审核不通过": AuditState.REJECTED.value,
        "暂停": AuditState.SUSPENDED.value,
        "下架": AuditState.RETIRED.value,
    }
)
DEPLOYMENTS = _with_codes(
    {name: code.value for code, name in DEPLOYMENT_NAMES.items()}
    | {
        "云端": Deployment.SAAS.value,
        "公有云": Deployment.SAAS.value,
        "云部署": Deployment.SAAS.value,
        "本地": Deployment.ON_PREMISES.value,
        "私有化部署": Deployment.ON_PREMISES.value,
        "混合": Deployment.HYBRID.value,
        "混合部署": Deployment.HYBRID.value,
        "混合云": Deployment.HYBRID.value,
        "边缘": Deployment.EDGE.value,
        "边缘部署": Deployment.EDGE.value,
    }
)
PROVIDER_KINDS = _with_codes(
    {
        "服务商": ProviderKind.VENDOR.value,
        "软件商": ProviderKind.VENDOR.value,
        "集成商": ProviderKind.INTEGRATOR.value,
        "系统集成商": ProviderKind.INTEGRATOR.value,
        "牵引单位": ProviderKind.LEAD_UNIT.value,
    }
)
PRICE_BASES = _with_codes(
    {
        "一次性": PriceBasis.ONE_OFF.value,
        "一次性买断": PriceBasis.ONE_OFF.value,
        "买断": PriceBasis.ONE_OFF.value,
        "按年": PriceBasis.PER_YEAR.value,
        "年费": PriceBasis.PER_YEAR.value,
        "每年": PriceBasis.PER_YEAR.value,
        "按年订阅": PriceBasis.PER_YEAR.value,
    }
)
PROVENANCES = _with_codes(
    {
        "已确认": Provenance.CONFIRMED.value,
        "自行申报": Provenance.DECLARED.value,
        "系统推断": Provenance.INFERRED.value,
    }
)
EVIDENCE_KINDS = _with_codes({"案例": "case", "证书": "certificate", "报告": "report", "检测": "test"})
LEAD_MODES = _with_codes(
    {name: code.value for code, name in MODE_NAMES.items()}
    | {"供应链": LeadMode.SUPPLY_CHAIN.value, "产业链": LeadMode.INDUSTRY_CHAIN.value}
)
METHODS = _with_codes(
    {
        "企业自评": DiagnosisMethod.SELF.value,
        "自评": DiagnosisMethod.SELF.value,
        "自测": DiagnosisMethod.SELF.value,
        "现场评测": DiagnosisMethod.ON_SITE.value,
        "现场": DiagnosisMethod.ON_SITE.value,
        "入企诊断": DiagnosisMethod.ON_SITE.value,
    }
)
SIZES = _with_codes(
    {f"{name}企业": code.value for code, name in SIZE_NAMES.items()}
    | {name: code.value for code, name in SIZE_NAMES.items()}
)
NOTICE_KINDS = _with_codes(
    {name: code.value for code, name in NOTICE_KIND_NAMES.items()}
    | dict.fromkeys(("培训", "培训课程"), NoticeKind.COURSE.value)
    | {"标杆案例": NoticeKind.CASE.value}
)
CLAIMED_ITEMS = _with_codes(
    {
        "网络建设": ClaimedItem.NETWORK.value,
        "网络安全": ClaimedItem.NETWORK_SECURITY.value,
        "数据安全": ClaimedItem.DATA_SECURITY.value,
        "规划实施": ClaimedItem.PLANNING.value,
        "管理机制": ClaimedItem.MECHANISMS.value,
        "人才建设": ClaimedItem.TALENT.value,
    }
)
CONSENT_PURPOSES = _with_codes(
    {
        "向牵引单位展示": ConsentPurpose.SHOW_TO_LEAD_UNITS.value,
        "向服务商展示": ConsentPurpose.SHOW_TO_VENDORS.value,
        "共享联系方式": ConsentPurpose.SHARE_CONTACT.value,
    }
)
SUB_INDUSTRY_SOURCES = _with_codes(
    {
        "企业填报": SubIndustrySource.DECLARED.value,
        "行业代码": SubIndustrySource.GB4754.value,
        "经营范围": SubIndustrySource.BUSINESS_SCOPE.value,
    }
)


@lru_cache(maxsize=4)
def taxonomy_names(kind: str) -> Names:
    """Return all spellings of a code list of the taxonomy: scenario, link, sub_industry or district."""
    taxonomy = load_taxonomy()
    names = _declared(taxonomy, kind)
    return _with_codes({name: code for name in names if (code := taxonomy.code_of(kind, name)) is not None})


def _declared(taxonomy: Taxonomy, kind: str) -> list[str]:
    if kind == "scenario":
        return [entry.name for entry in taxonomy.scenarios]
    if kind == "link":
        return [entry.name for entry in taxonomy.links]
    if kind == "sub_industry":
        return [
            *(entry.name for entry in taxonomy.sub_industries),
            *(alias for entry in taxonomy.sub_industries for alias in entry.aliases),
        ]
    present = [entry.name for entry in taxonomy.districts]
    former = [
        spelling for entry in taxonomy.districts for old in entry.former for spelling in (old.name, old.code)
    ]
    return [*present, *(name.removesuffix("区") for name in present), *former]


def chinese(names: Names) -> dict[str, str]:
    """Return code to the Chinese name that exports use."""
    first: dict[str, str] = {}
    for name, code in names.items():
        if not name.isascii():
            first.setdefault(code, name)
    return first
