"""Passwords: argon2id hashes, one-time passwords, and what a password must be."""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import RefusedInput

SHORTEST, LONGEST = 10, 128
#: Letters and digits that are not mistaken for one another when read out.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_ONE_TIME_CHARS = 16
_HASHER = PasswordHasher()  # argon2id with the library's current parameters (64 MiB each)
#: Hashing takes 64 MiB and a core for a moment; a crowd signing in at once waits its turn.
_TURN = BoundedSemaphore(2)


def one_time_password() -> str:
    """Return a random password to be changed at the first sign-in (about 79 bits)."""
    return "".join(secrets.choice(_READABLE) for _ in range(_ONE_TIME_CHARS))


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    with _TURN:
        return _HASHER.hash(password)


def fits(hash_kept: str, password: str) -> bool:
    """True where the password is the one hashed; without a hash as much time is spent and False returned."""
    with _TURN:
        try:
            return _HASHER.verify(hash_kept or _nobody(), password) and bool(hash_kept)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """The hash of a password nobody has: an unknown login takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def check_new_password(password: str, login: str) -> None:
    """Raise RefusedInput, saying what is asked, for a password too short, too long or too simple."""
    if len(password) < SHORTEST:
        raise RefusedInput("新密码", f"至少要 {SHORTEST} 个字符")
    if len(password) > LONGEST:
        raise RefusedInput("新密码", f"最多 {LONGEST} 个字符")
    if login and login.lower() in password.lower():
        raise RefusedInput("新密码", "不能包含登录名")
    if len(set(password)) < 5 or password.isdigit():
        raise RefusedInput("新密码", "过于简单，请混用字母和数字")
