"""Numbers and accounts in adverts: the same one is known again however it is typed, and two different
ones are never taken for one."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.advert import same_text
from bot.domain.recruiter import HIDDEN, readable, take_out, telephone

_WORDS = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
national = st.from_regex(r"8[1-9][0-9]{7,10}", fullmatch=True)  # without 0 or +62
joints = st.sampled_from(["", " ", "-", ".", "–", " - ", "_"])


def same(text: str) -> list[str]:
    return [contact.same for contact in take_out(text)[1]]


def _spaced(digits: str, joint: str) -> str:
    return joint.join([digits[:4], digits[4:8], digits[8:]])


def _ways(number: str, joint: str) -> list[str]:
    """The ways in which people write one number."""
    return [
        "0" + number, "+62" + number, "62" + number, "+62 " + _spaced(number, joint), "0062" + number,
        _spaced("0" + number, joint), f"(0{number[:3]}) {number[3:7]}-{number[7:]}",
        f"+62(0){number}", f"wa.me/62{number}", f"https://wa.me/+62{number}?text=halo",
        f"https://api.whatsapp.com/send?phone=62{number}&text=x", f"t.me/+62{number}",
        " ".join(_WORDS[int(d)] for d in "0" + number), " ".join("0" + number),
        "".join(f"{d}\ufe0f\u20e3" for d in "0" + number),
        "".join(chr(0xFF10 + int(d)) for d in "0" + number),
        "\u200b".join("0" + number), "O" + number, f"WA.0{number}", f"hub0{number}",
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(national, joints, st.sampled_from(["", "hub ", "WA: ", "Minat? chat\n", "umur 18-25 th, "]))
def test_one_number_is_the_same_in_every_notation(number: str, joint: str, before: str) -> None:
    for written in _ways(number, joint):
        assert same(f"{before}{written} (Bu Yati)") == [f"tel:62{number}"], written


@settings(max_examples=200, deadline=None)
@given(national, national, joints, joints)
def test_two_numbers_are_never_the_same(one: str, two: str, a: str, b: str) -> None:
    assume(one != two)
    for first, second in zip(_ways(one, a), _ways(two, b), strict=True):
        assert same(first) != same(second)
        found = same(f"{first}\n{second}")
        assert len(set(found)) == 2, (first, second)


@settings(max_examples=300, deadline=None)
@given(national, st.sampled_from(["", " ", "-", "."]), st.text(max_size=60))
def test_no_number_stays_in_the_text(number: str, joint: str, around: str) -> None:
    """Whatever stands around it, as long as no further digits run into it."""
    assume(not re.search(r"\d", readable(around)) and not set(around) & set("@/:."))
    written = _spaced("0" + number, joint)
    text, contacts = take_out(f"{around} {written} {around}")
    digits = re.sub(r"\D", "", re.sub("▒[0-9]+▒", "", text))
    assert digits == "" and [c.same for c in contacts] == [f"tel:62{number}"]


@pytest.mark.parametrize("before", ["$ ", "Rp", "rm. ", "USD "])
def test_a_number_behind_a_currency_is_no_amount(before: str) -> None:
    assert same(f"{before}0812 3456 7890") == ["tel:6281234567890"]
    assert same(f"{before}9500000000 per tahun") == []


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    plain, contacts = take_out(text)
    assert len({contact.same for contact in contacts}) == len(contacts)
    assert all(f"▒{mark}▒" in plain for mark in range(1, len(contacts) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "Gaji Rp 15.000.000 sampai 12.500.000 per bulan", "RM3.000", "salary 2,000 USD",
        "umur 18-25 th, tinggi 160 cm", "wawancara 08/11/2026 atau 08-11-2026 jam 08.00-17.00",
        "butuh 20 orang, kontrak 2 tahun, 8 jam sehari", "gaji 8.500.000-9.000.000",
        "10jt.info lengkap", "fee 3.000.000.000", "lulusan 2024 s/d 2026",
    ],
)  # fmt: skip
def test_amounts_ages_and_dates_are_no_numbers(text: str) -> None:
    assert take_out(text) == (text, ())


@pytest.mark.parametrize(
    ("ways", "spelled"),
    [
        (["@Agen_Budi", "t.me/agen_budi", "https://t.me/agen_budi?start=x", "tg://resolve?domain=agen_budi"],
         "account:agen_budi"),
        (["instagram.com/Bu.Yati/", "https://www.instagram.com/bu.yati?igsh=1"], "link:instagram.com/bu.yati"),
        (["https://www.facebook.com/profile.php?id=42&x=1"], "link:facebook.com/profile.php?42"),
        (["Budi@Mail.com"], "mail:budi@mail.com"),
        (["t.me/+AbCd"], "link:t.me/+AbCd"), (["t.me/+abcd"], "link:t.me/+abcd"),
        (["+60 12-345 6789", "+60123456789"], "tel:60123456789"),
        (["BCA 1234567890"], "digits:1234567890"),
    ],
)  # fmt: skip
def test_accounts_links_and_foreign_numbers(ways: list[str], spelled: str) -> None:
    for written in ways:
        assert same(f"hub {written} ya") == [spelled], written


def test_several_numbers_are_told_apart_and_marked() -> None:
    text, contacts = take_out(
        "hub 0812-3456-7890 / 0857 1111 2222 18 orang, lagi: 081234567890,085711112222"
    )
    assert text == "hub ▒1▒ / ▒2▒ 18 orang, lagi: ▒1▒,▒2▒"
    assert [c.shown for c in contacts] == ["0812-3456-7890", "0857 1111 2222"]


@pytest.mark.parametrize(
    "written", ["3201123456789012", "3201 1234 5678 9012", "320112-345678-9012"]
)
def test_an_identity_card_is_hidden_and_not_kept(written: str) -> None:
    assert take_out(f"NIK {written} ya") == (f"NIK {HIDDEN} ya", ())


@pytest.mark.parametrize("written", ["12345", "2024 2026", "9999999", ""])
def test_what_is_no_telephone(written: str) -> None:
    assert telephone(written) is None


def test_a_copy_of_an_advert_is_the_same_text() -> None:
    one = "LOKER Sabah!! Gaji RM 9.000 🔥 hub 0812"
    assert same_text(one) == same_text("loker  sabah\nGAJI rm 9000, hub: 0812 🔥🔥")
    assert same_text(one) != same_text(one + "3")
