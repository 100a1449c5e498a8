"""An invented bureau and its law firms, with accounts in a database of the test's own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from assistant.desk.people import accounts
from assistant.desk.people.accounts import Account, Role


@dataclass(frozen=True)
class Bureau:
    """Owner and colleague of one section, someone of another, a reviewer, an administrator, counsel of two firms."""

    owner: Account
    colleague: Account
    stranger: Account
    reviewer: Account
    admin: Account
    counsel: Account
    partner: Account
    rival: Account


def make_bureau(engine: Engine) -> Bureau:
    """Make the accounts."""

    def add(login: str, name: str, role: Role, section: str) -> Account:
        return accounts.add(engine, login, name, role, section, by="test").account

    return Bureau(
        add("owner", "虚经办", Role.STAFF, "市场科"),
        add("colleague", "虚同事", Role.STAFF, "市场科"),
        add("stranger", "虚旁人", Role.STAFF, "体育科"),
        add("reviewer", "虚审核", Role.REVIEWER, "法制科"),
        add("admin", "虚管理", Role.ADMIN, "办公室"),
        add("counsel", "虚律师", Role.COUNSEL, "虚构律师事务所"),
        add("partner", "虚合伙", Role.COUNSEL, "虚构律师事务所"),
        add("rival", "虚同行", Role.COUNSEL, "另一律师事务所"),
    )
