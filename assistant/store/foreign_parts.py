"""What stands in the database that this program never put there and that changes what is written or read unseen.

The program makes no trigger, rule, view or row policy: any that is there is somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import Connection

#: What each kind of database may be asked for: the kind of part, its name, and on what it stands.
_SQLITE = "select type, name, tbl_name from sqlite_master where type in ('trigger', 'view') order by name"
_POSTGRESQL = """
select 'trigger', t.tgname, c.relname from pg_trigger t
  join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and n.nspname = any (current_schemas(false))
union all
select 'rule', r.rulename, r.tablename from pg_rules r where r.schemaname = any (current_schemas(false))
union all
select 'view', v.viewname, v.viewname from pg_views v where v.schemaname = any (current_schemas(false))
union all
select 'policy', p.policyname, p.tablename from pg_policies p where p.schemaname = any (current_schemas(false))
order by 2
"""
_WORDS = {"trigger": "触发器", "rule": "规则", "view": "视图", "policy": "行策略"}


@dataclass(frozen=True, slots=True)
class ForeignPart:
    """A trigger, rule, view or row policy that is not the program's; `table` is what it stands on."""

    kind: str
    name: str
    table: str

    @property
    def told(self) -> str:
        """What it is, as it is shown."""
        where = f"（在 {self.table} 上）" if self.table != self.name else ""
        return f"{_WORDS.get(self.kind, self.kind)}“{self.name}”{where}"


def foreign_parts(connection: Connection) -> list[ForeignPart]:
    """Return what is there and not the program's; on a kind of database that is not known, nothing."""
    query = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}.get(connection.dialect.name)
    if query is None:
        return []
    return [ForeignPart(str(kind), str(name), str(table)) for kind, name, table in connection.execute(text(query))]
