"""The home page: where to go, by who one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.web.edge.permissions import allowed
from assistant.web.identity import User


@dataclass(frozen=True, slots=True)
class DeskCard:
    """A desk as the home page shows it: whom it is for, what one does there; `open` to who is looking."""

    address: str
    name: str
    whom: str
    told: str
    open: bool = False


_DESKS: Final = (
    DeskCard("/public", "公众咨询", "群众", "问规定、问办事，不用登录；答不了的可以留言。"),
    DeskCard("/staff", "工作台", "办案、审核人员", "提问、查条文，管理法规库。"),
    DeskCard("/staff/verify", "核验引用", "办案、审核人员", "粘贴或上传草稿，逐处核对引用的条文和引文。"),
    DeskCard("/staff/reviews", "合法性审查", "法制审核、经办人员", "案卷、合同、文件草案的首轮审查，出具意见书。"),
    DeskCard("/onsite", "以案释法", "现场执法人员", "三步找到卡片，给当事人看条文、后果和类似的事。"),
    DeskCard("/staff/matters", "提交律师", "办案、审核人员", "把拿不准的问题连同材料交给律师，收意见、办采纳和归档。"),
    DeskCard("/counsel", "律师协作", "法律顾问单位", "接收事项，答复并出具法律意见。"),
    DeskCard("/admin", "管理", "管理员", "文件与版本、用户、统计与运行状况。"),
)


def desks_of(user: User) -> list[DeskCard]:
    """Return the desks: those open to the user; a stranger sees them all, those behind sign-in last."""
    shown = [DeskCard(d.address, d.name, d.whom, d.told, allowed(d.address, user.role)) for d in _DESKS]
    return [d for d in shown if d.open] if user.role else sorted(shown, key=lambda d: not d.open)
