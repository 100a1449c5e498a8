"""What the database does on its own is named, on both kinds; a row that is not kept as written is no row."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from assistant.desk.audit.trail import AuditAction, TrailBroken, note
from assistant.store.engine import writing
from assistant.store.foreign_parts import foreign_parts

_PARTS = {
    "sqlite": {
        "create trigger tidy before insert on audit_event begin select raise(ignore); end": "触发器“tidy”（在 audit_event 上）",
        "create view glimpse as select 1 as one": "视图“glimpse”",
    },
    "postgresql": {
        "create function quiet() returns trigger language plpgsql as $$ begin return null; end $$": "",
        "create trigger tidy before insert on audit_event for each row execute function quiet()": "触发器“tidy”（在 audit_event 上）",
        "create rule hush as on delete to audit_event do instead nothing": "规则“hush”（在 audit_event 上）",
        "create view glimpse as select 1 as one": "视图“glimpse”",
        "create policy hide on audit_event using (true)": "行策略“hide”（在 audit_event 上）",
    },
}


def test_every_part_that_is_not_ours_is_named(engine: Engine) -> None:
    with engine.connect() as connection:
        assert foreign_parts(connection) == []  # the program makes none
    note(engine, "甲", AuditAction.EXPORT, "之前")
    parts = _PARTS[engine.dialect.name]
    for statement in parts:
        with writing(engine) as connection:
            connection.exec_driver_sql(statement)
    with engine.connect() as connection:
        told = {p.told for p in foreign_parts(connection)}
    assert told >= {words for words in parts.values() if words}
    with pytest.raises(TrailBroken):
        note(engine, "甲", AuditAction.EXPORT, "之后")
