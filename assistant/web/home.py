"""The home page: where to go."""

from __future__ import annotations

from html import escape

_DESKS = (
    ("/staff", "工作台", "办案、审核人员提问，查看条文全文，管理法规库。", True),
    ("", "以案释法", "现场执法用手机向当事人说明条文、后果与同类案例。", False),
    ("", "公众咨询", "面向群众的权利义务与办事咨询。", False),
    ("", "律师协作", "向法律顾问单位提交事项，接收意见。", False),
    ("", "管理", "文件与版本、用户、统计与运行状况。", False),
)


def home_page(bureau: str) -> str:
    """Return the home page: a link to each desk; those not yet built say so."""
    cards = "".join(_card(*desk) for desk in _DESKS)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>法治文旅助手</title><link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/home.css"></head><body><main>'
        f"<h1>法治文旅助手</h1><p>{escape(bureau)}</p><ul>{cards}</ul></main></body></html>"
    )


def _card(address: str, name: str, told: str, ready: bool) -> str:
    inner = f"<strong>{name}</strong><span>{told}</span>"
    if ready:
        return f'<li><a href="{address}">{inner}</a></li>'
    return f'<li><div class="later">{inner}<em>建设中</em></div></li>'
