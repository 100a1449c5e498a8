"""What a password must be: nothing a guesser tries early, and the check itself costs little however long it is."""

from __future__ import annotations

import time

import pytest

from assistant.desk.people import passwords
from assistant.errors import RefusedInput

ABOUT = ("李思思", "执法大队", "虚构市文化和旅游局")


@pytest.mark.parametrize(
    "password",
    [
        "Passw0rd!!", "qwertyuiop12", "1qaz2wsx3edc", "iloveyou1234", "a1234567890", "lisisi2024", "abcdefgh123", "Wenlv@2024",
        "执法大队2024", "虚构市文化和旅游局", "密码密码密码密码12", "mima123456", "20240101abc", "trustno1trustno1", "Admin@123456", "执法大队2024执法大队", "woaini1314520", "zhejiang2023",
    ],
)  # fmt: skip
def test_common_passwords_are_refused_with_what_to_do(password: str) -> None:
    with pytest.raises(RefusedInput, match="新密码"):
        passwords.check_new_password(password, "sisi.li", *ABOUT, "lisisi")


@pytest.mark.parametrize(
    "password",
    [
        "wuyiwenlv2026", "qingtianwenlv2026", "Lishui@wenlv2026", "wenlvju2026yiwu", "Xugoushi@2026", "xgswhhlyj2025", "sisi@zhifa2026",
        "zhangwei1988wl", "jinhuashiwenhuaju1",
    ],
)  # fmt: skip
def test_pinyin_of_place_and_bureau_with_a_year_is_refused(password: str) -> None:
    with pytest.raises(RefusedInput, match="拼音"):
        passwords.check_new_password(password, "li-si", *ABOUT, "虚构市")


def test_more_is_asked_of_an_administrator() -> None:
    for password, why in (("k7mWp2xq9R", "至少要 12 个字符"), ("Qiu!tan#wenlv2026", "拼音")):
        passwords.check_new_password(password, "sisi.li", *ABOUT)
        with pytest.raises(RefusedInput, match=why):
            passwords.check_new_password(password, "sisi.li", *ABOUT, administrator=True)
    passwords.check_new_password("k7mWp2xq9Rtz4", "sisi.li", *ABOUT, administrator=True)


@pytest.mark.parametrize(
    "password", ["虚构的新密码1234", "k7mWp2xq9R", "correct horse battery", "天青色等烟雨而我在等你", "雨-tqzv-山-plok-7"]
)
def test_passwords_that_hold_are_taken(password: str) -> None:
    passwords.check_new_password(password, "sisi.li", *ABOUT)


def test_the_check_of_a_long_password_costs_no_more_than_its_beginning() -> None:
    def cost(length: int) -> float:
        best = []
        for text in ("a1" * 200, "1qaz2wsx" * 50, "p@$$w0rD" * 50, "20240101" * 50):
            begun = time.perf_counter()
            passwords.guesses(text[:length], "x" * 10_000)
            best.append(time.perf_counter() - begun)
        return max(best)

    cost(40)
    assert min(cost(320) for _ in range(3)) < 5 * max(min(cost(40) for _ in range(3)), 0.02)
