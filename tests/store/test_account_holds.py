"""An older database brought to the layout that keeps who has a hold on whose account."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from assistant.store.engine import open_engine, sqlite_url, writing
from assistant.store.people import account_acts

_EVENT = text(
    "insert into audit_event (number, at, action, actor, target, detail, salt, content, previous, hash)"
    " values (:number, :at, :action, 'one', :target, :detail, 's', 'c', 'p', 'h')"
)
_ACCOUNT = text(
    "insert into account (id, login, name, section, role, password_hash, must_change, disabled, created_at)"
    " values (:id, :id, :id, '', :role, '', false, :disabled, :at)"
)


def test_what_the_trail_knows_is_taken_over(tmp_path: Path) -> None:
    """A puppet made the day before the update is one the day after."""
    url, now = sqlite_url(tmp_path / "old.db"), datetime.now()
    old = open_engine(url, "0015")
    people = [("one", "管理员", False), ("two", "管理员", False), ("out", "管理员", True), ("late", "经办", False)]
    told = [
        ("账号变动", "two", {"做了": "开设"}, 1),
        ("权限变动", "late", {"角色": ["管理员", "经办"], "科室": ["", ""]}, 2),
        ("账号变动", "out", {"说明": "停用"}, 1),
        ("账号变动", "late", {"说明": "重置密码"}, 300),
        ("账号变动", "nobody", {"做了": "开设"}, 1),
        ("账号变动", "two", None, 1),
    ]
    with writing(old) as connection:
        for login, role, disabled in people:
            connection.execute(_ACCOUNT, {"id": login, "role": role, "disabled": disabled, "at": now.isoformat(" ")})
        for number, (action, target, detail, days) in enumerate(told, 1):
            at = (now - timedelta(days=days)).isoformat(" ")
            facts = {"number": number, "at": at, "action": action, "target": target}
            connection.execute(_EVENT, facts | {"detail": json.dumps(detail, ensure_ascii=False) if detail else None})
    old.dispose()
    new = open_engine(url)
    with new.connect() as connection:
        assert account_acts.holders(connection, now - timedelta(days=40)) == {"two": {"one"}, "late": {"one"}}
        assert account_acts.ceased_since(connection, now - timedelta(days=3))
        assert not account_acts.ceased_since(connection, now - timedelta(hours=1))
        ceased = connection.execute(text("select id from account where ceased_at is not null order by id")).scalars().all()
    assert ceased == ["late", "out"]
    new.dispose()
