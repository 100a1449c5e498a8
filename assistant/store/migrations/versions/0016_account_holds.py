"""Who has a hold on whose account is kept beside the accounts; what is done to administrators' accounts waits for another one."""

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from assistant.law.privacy.scan import mask_certain

revision = "0016"
down_revision = "0015"

#: A change of the library waits up to 30 days, and what was done in the 7 days before it was sent counts.
_DAYS = 40
_ACTS = {"开设": "开设", "重置密码": "重置密码", "确认绑定统一认证": "绑定统一认证"}
_ADMINISTRATOR = "管理员"


def upgrade() -> None:
    """Create the tables; what the trail still knows of the last weeks is taken over."""
    op.create_table(
        "account_act",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_account_act_account_id"), "account_act", ["account_id"], unique=False)
    op.create_index(op.f("ix_account_act_at"), "account_act", ["at"], unique=False)
    op.create_table(
        "administrator_request",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_administrator_request_state"), "administrator_request", ["state"], unique=False)
    op.add_column("account", sa.Column("ceased_at", sa.DateTime(), nullable=True))
    _take_over(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    op.drop_column("account", "ceased_at")
    op.drop_table("administrator_request")
    op.drop_table("account_act")


def _take_over(connection: Connection) -> None:
    """Write down what the trail says was done to accounts in the last weeks."""
    meta = sa.MetaData()
    account, act, event = (sa.Table(name, meta, autoload_with=connection) for name in ("account", "account_act", "audit_event"))
    people = {mask_certain(row.login): row for row in connection.execute(sa.select(account))}
    since = datetime.now() - timedelta(days=_DAYS)
    query = sa.select(event).where(event.c.action.in_(["账号变动", "权限变动"]), event.c.at >= since).order_by(event.c.number)
    for row in connection.execute(query).fetchall():
        found, told = people.get(row.target or ""), _told(row.detail)
        if found is None:
            continue
        did = str(told.get("做了") or told.get("说明") or "")
        given = told.get("角色")
        roles: list[Any] = given if isinstance(given, list) and len(given) == 2 else ["", ""]
        done = _ACTS.get(did) or ("改变角色" if roles[0] != roles[1] else "")
        if done and row.actor:
            connection.execute(act.insert().values(account_id=found.id, actor=row.actor, act=done, at=row.at))
        put_out = did == "停用" and found.disabled and found.role == _ADMINISTRATOR
        if put_out or (roles[0] == _ADMINISTRATOR != roles[1] and found.role != _ADMINISTRATOR):
            connection.execute(account.update().where(account.c.id == found.id).values(ceased_at=row.at))


def _told(detail: str | None) -> dict[str, Any]:
    try:
        found = json.loads(detail or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
