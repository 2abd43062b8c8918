"""The desk's rules without Telegram: the ladder, duty hours, masks, what is held, the outage."""

import asyncio
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.content.desk import held_words, ready_replies
from bot.adapters.hours import Duty, HoursProblem
from bot.adapters.mail import Mail, MailProblem
from bot.domain.danger import Level
from bot.domain.ladder import Asked, Times, rung
from bot.domain.masking import mask, reasons_to_hold
from tests.conftest import CONTENT

TIMES = Times()
WORDS = held_words(CONTENT)


def test_critical_climbs_in_2_and_5_minutes_and_repeats() -> None:
    steps = [rung(Level.CRITICAL, n, TIMES) for n in range(5)]
    assert [s.asked for s in steps[:3]] == [Asked.DUTY, Asked.LEADERS, Asked.EVERYONE]
    assert steps[0].next_in == 120 and steps[0].next_in + (steps[1].next_in or 0) == 300
    assert all(s.next_in == 300 for s in steps[2:])
    assert [s.person for s in steps] == [False, False, True, False, False]


def test_high_climbs_in_10_and_20_minutes_and_a_concern_wakes_nobody() -> None:
    high = [rung(Level.HIGH, n, TIMES) for n in range(3)]
    assert high[0].next_in == 600 and high[0].next_in + (high[1].next_in or 0) == 1200
    concern = [rung(Level.CONCERN, n, TIMES) for n in range(4)]
    assert Asked.EVERYONE not in {s.asked for s in concern}
    assert concern[-1].next_in is None


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-24T01:30", True),  # 08:30 in Jakarta, a Tuesday
        ("2026-11-24T00:30", False),
        ("2026-11-24T10:00", False),  # 17:00, the end
        ("2026-11-28T03:00", True),  # Saturday 10:00
        ("2026-11-29T03:00", False),
    ],
)
def test_duty_hours(moment: str, is_open: bool) -> None:
    duty = Duty("mon-fri 08:00-17:00, sat 09:00-12:00", "WIB")
    assert duty.open_at(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is is_open


def test_zones_differ_by_an_hour() -> None:
    now = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    assert [Duty("mon-fri 08:00-17:00", z).open_at(now) for z in ("WIB", "WITA", "WIT")] == [
        False, True, True,
    ]  # fmt: skip


def test_the_next_opening_passes_over_holidays_and_weekends() -> None:
    friday = date(2026, 12, 25)
    duty = Duty("mon-fri 08:00-17:00", "WIB", lambda day: day == friday)
    evening = datetime(2026, 12, 24, 12, tzinfo=UTC)  # Thursday 19:00
    assert duty.opens(evening) == datetime(2026, 12, 28, 1, tzinfo=UTC)
    assert not duty.open_at(datetime(2026, 12, 25, 3, tzinfo=UTC))


def test_without_hours_the_desk_is_always_open() -> None:
    assert Duty("", "WIB").open_at(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", ["monday 8-17", "mon 08:00", "xyz 08:00-17:00", "mon 17:00-08:00"])
def test_hours_that_cannot_be_read_are_said(text: str) -> None:
    with pytest.raises(HoursProblem):
        Duty(text, "WIB")


@given(
    st.text(max_size=30),
    st.sampled_from(
        ["081234567890", "+62 812-3456-7890", "0812 3456 789", "@wulan_rahasia", "t.me/agen",
         "https://x.id/a", "wulan@mail.com", "delapan satu dua tiga empat lima enam"]
    ),
    st.text(max_size=30),
)  # fmt: skip
def test_numbers_names_and_links_are_hidden(before: str, secret: str, after: str) -> None:
    assert secret not in mask(f"{before} {secret} {after}")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("kirim fotonya dong", "photo"), ("send me a pic", "photo"), ("video call yuk", "photo"),
        ("ketemuan di mana?", "meeting"), ("can we meet up", "meeting"), ("aku jemput", "meeting"),
        ("transferin dulu ya", "money"), ("i will give you money", "money"),
        ("wa aku 0812-3456-7890", "number"), ("add @konselor_baik", "username"),
        ("buka bit.ly/abc", "link"), ("this is our secret", "secrecy"),
        ("alamatmu di mana", "address"), ("lanjut di telegram pribadi, wa ku", "other_channel"),
    ],
)  # fmt: skip
def test_what_could_harm_is_held(words: str, kind: str) -> None:
    assert kind in reasons_to_hold(words, WORDS)


@pytest.mark.parametrize("language", ["id", "en"])
def test_ready_replies_are_never_held(language: str) -> None:
    ready = ready_replies(CONTENT, language)
    assert len(ready) >= 5
    assert [n for n, words in ready.items() if reasons_to_hold(words, WORDS)] == []


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.org:587"])
def test_an_address_that_is_no_mail_server_is_said(url: str) -> None:
    with pytest.raises(MailProblem):
        Mail(url, "a@b.id", ["c@d.id"])


async def test_the_mail_carries_code_and_level_only() -> None:
    got: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        data = False
        while line := await reader.readline():
            if data:
                if line == b".\r\n":
                    data = False
                    writer.write(b"250 ok\r\n")
                else:
                    got.append(line)
                continue
            word = line.split(b" ")[0].strip().upper()
            data = word == b"DATA"
            writer.write({b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    mail = Mail(f"smtp://127.0.0.1:{port}", "kawan@example.org", ["desk@example.org"])
    assert await mail.check() == ""
    assert await mail.alert("ABC234", "critical")
    body = b"".join(got).decode()
    assert re.search(r"^Subject: Kawan Aman: ABC234 critical\r$", body, re.M)
    assert body.split("\r\n\r\n", 1)[1].strip() == "ABC234 critical"
    server.close()
    dead = Mail("smtp://127.0.0.1:9", "kawan@example.org", ["desk@example.org"])
    assert await dead.alert("ABC234", "critical") is False
