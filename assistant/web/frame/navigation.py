"""The places of the navigation: each is shown to whom the access table opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.desk.people.accounts import Role
from assistant.web.edge.permissions import allowed
from assistant.web.identity import User


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    address: str
    name: str


NAVIGATION: Final = (
    Place("/staff", "工作台"),
    Place("/staff/verify", "核验引用"),
    Place("/staff/reviews", "合法性审查"),
    Place("/staff/documents", "导入文件"),
    Place("/staff/cases", "案例"),
    Place("/onsite", "以案释法"),
    Place("/staff/consultations", "公众留言"),
    Place("/staff/matters", "提交律师"),
    Place("/counsel", "律师协作"),
    Place("/admin", "管理"),
)

#: The pages of the administration desk, in the order of its tabs.
ADMIN_TABS: Final = (
    Place("/admin", "运行状况"),
    Place("/admin/documents", "文件与版本"),
    Place("/admin/words", "词语与问题"),
    Place("/admin/people", "账号"),
    Place("/admin/numbers", "年度数据"),
    Place("/admin/notifications", "通知渠道"),
    Place("/admin/settings", "设置"),
    Place("/admin/trail", "审计记录"),
)


def notifications_of(user: User) -> str:
    """Return where a signed-in user's notifications are listed."""
    return "/counsel/notifications" if user.role is Role.COUNSEL else "/staff/notifications"


def places_of(user: User) -> list[Place]:
    """Return the places a signed-in user may open; none for the public."""
    return [p for p in NAVIGATION if user.role and allowed(p.address, user.role)]
