"""What a person is told when a page cannot be shown."""

from recommender.errors import SmematchError


class SignInNeeded(SmematchError):
    """The page is for someone in particular, and nobody has said who he is."""

    code = "sign_in_needed"
    status = 401
    title = "请先选择身份"


class NotForThisRole(SmematchError):
    """The viewer's role does not see this page, or not this record."""

    code = "not_for_this_role"
    status = 403
    title = "无权查看"


class FromElsewhere(SmematchError):
    """A form was sent from a page of another site."""

    code = "cross_site_form"
    status = 403
    title = "请求来自其他网站"


#: What to do next, by code; the rest by the kind of failure.
_ADVICE = {
    "sign_in_needed": "请从首页选择身份，再打开这一页。",
    "not_for_this_role": "请换一个身份，或请有权限的同事办理。",
    "cross_site_form": "请回到本系统的页面，重新填写后提交。",
}
_BY_STATUS = {
    404: "请检查地址，或从首页重新查找。",
    409: "有人刚刚改过这条记录。请返回上一页刷新后再办理。",
    413: "请把文件或内容分成几份，再提交。",
    503: "系统正忙，请过几秒再试。",
}


def advice(error: SmematchError) -> str:
    """Say what a person can do about a failure."""
    if error.code in _ADVICE:
        return _ADVICE[error.code]
    if error.status in _BY_STATUS:
        return _BY_STATUS[error.status]
    return "请返回上一页，按提示修改后再提交。" if error.status < 500 else "请把下面的请求编号告知管理员。"
