"""Passwords: argon2id hashes, one-time passwords, and what a password must be.

A hash takes 64 MiB and a core for a moment: the web server has them made a few at a time (`assistant.web.edge.hashing`).
"""

from __future__ import annotations

import re
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.desk.people.password_words import office_guesses
from assistant.errors import RefusedInput

SHORTEST, LONGEST = 10, 128
#: What is asked of an administrator's, who can change everything.
SHORTEST_OF_ADMINISTRATORS = 12
#: Letters and digits that are not mistaken for one another when read out.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_ONE_TIME_CHARS = 16
_HASHER = PasswordHasher()  # argon2id with the library's current parameters (64 MiB each)
#: Any three parts count for 10**8 guesses with zxcvbn, be they the commonest words: more is asked. And how much is looked at.
_ENOUGH_GUESSES, _ENOUGH_OF_ADMINISTRATORS, _LOOKED_AT = 10**10, 10**11, 40
#: zxcvbn takes a character it knows nothing of for one of ten; of Chinese characters there are a thousand in daily use.
_CHINESE, _MORE_OF_THEM = re.compile(r"[\u4e00-\u9fff]"), 100
_COMMON = "太常见、太容易猜到（常用密码、姓名、地名或单位名及其拼音、日期、键盘上相邻的键）；请用几个互不相干的词，或者不规则的字母和数字"
#: What people at such a desk are apt to choose; zxcvbn's own lists are of English and of leaked passwords.
_WORDS = (
    *("wenlv", "wenlvju", "wenhua", "lvyou", "zhifa", "fazhi", "lvshi", "zhejiang", "guanliyuan", "mima", "woaini"),
    *("password", "admin", "1qaz@wsx", "1qaz2wsx", "文旅", "旅游", "文化", "执法", "法制", "密码", "管理员"),
)


def one_time_password() -> str:
    """Return a random password to be changed at the first sign-in (about 79 bits)."""
    return "".join(secrets.choice(_READABLE) for _ in range(_ONE_TIME_CHARS))


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _HASHER.hash(password)


def fits(hash_kept: str, password: str) -> bool:
    """True where the password is the one hashed; without a hash as much time is spent and False returned."""
    try:
        return _HASHER.verify(hash_kept or _nobody(), password) and bool(hash_kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """The hash of a password nobody has: an unknown login takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def check_new_password(password: str, login: str, *about: str, administrator: bool = False) -> None:
    """Raise RefusedInput, saying what is asked, for a password too short, too long or too easily guessed.

    `about` are words a guesser would try first: the person's name, section, bureau and places. More is asked of an administrator's.
    """
    shortest = SHORTEST_OF_ADMINISTRATORS if administrator else SHORTEST
    if len(password) < shortest:
        raise RefusedInput("新密码", f"{'管理员的密码' if administrator else ''}至少要 {shortest} 个字符")
    if len(password) > LONGEST:
        raise RefusedInput("新密码", f"最多 {LONGEST} 个字符")
    if login and login.lower() in password.lower():
        raise RefusedInput("新密码", "不能包含登录名")
    if len(set(password)) < 5 or password.isdigit():
        raise RefusedInput("新密码", "过于简单，请混用字母和数字")
    if guesses(password, login, *about) < (_ENOUGH_OF_ADMINISTRATORS if administrator else _ENOUGH_GUESSES):
        raise RefusedInput("新密码", _COMMON)


def guesses(password: str, *about: str) -> float:
    """Return how many guesses a password stands, by lists of common ones, names, dates, keyboard runs (zxcvbn) and pinyin.

    Only the beginning is looked at: the estimate takes longer than in proportion to the length.
    """
    from zxcvbn import zxcvbn

    words = [w[:_LOOKED_AT] for w in (*about, *_WORDS) if len(w) > 1]
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=words)
    unknown = "".join(part["token"] for part in found["sequence"] if part["pattern"] == "bruteforce")
    general = float(found["guesses"]) * float(_MORE_OF_THEM ** len(_CHINESE.findall(unknown)))
    return min(general, office_guesses(password[:_LOOKED_AT], words))
