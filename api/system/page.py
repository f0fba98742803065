"""The page at the root: what this is and one request to start with."""

from html import escape

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>中小企业数字化转型供需匹配</title></head>
<body>
<main>
<h1>中小企业数字化转型供需匹配</h1>
<p>这是供需匹配服务的接口：按企业的数字化诊断和需求推荐解决方案与牵引单位，也为牵引单位推荐同意展示的企业。
每一次推荐都附理由，并在答复之前连同特征和版本写入存储，可以按编号原样重现。</p>
<h2>试一次</h2>
<pre><code>{request}</code></pre>
<h2>链接</h2>
<ul>
<li><a href="openapi.json">接口说明（OpenAPI）</a></li>
<li><a href="v1/taxonomy">场景、环节、细分行业和各区的代码</a></li>
<li><a href="v1/instruments/2024">2024 版评测指标</a></li>
<li><a href="readyz">运行状态</a>，<a href="metrics">运行指标</a></li>
</ul>
</main>
</body>
</html>
"""


def ready_request(address: str) -> str:
    """Return a shell command that asks for a recommendation.

    Parameters
    ----------
    address : str
        Where the API answers, without a slash at the end.
    """
    body = '{"text": "订单靠手工排产，交期经常延误", "target": "solution", "k": 3}'
    return f"curl -s {address}/v1/recommendations -H 'Content-Type: application/json' -d '{body}'"


def page(address: str) -> str:
    """Return the page as HTML."""
    return _PAGE.format(request=escape(ready_request(address)))
