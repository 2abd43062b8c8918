"""An advert is reported and looked at, with the real program on both sides of Telegram, killed in
between; nothing that leaves for staff tells who reported it."""

import json
from pathlib import Path

from tests.desk_world import Desk, shows
from tests.fake_api import FakeTelegram

ADVERT = (
    "LOKER Poipet! Gaji 15jt tanpa pengalaman, hub Bu Yatimah 0812-3456-7890, pakai visa turis, "
    "ijazah asli ditahan, tanpa kontrak, umur 17-25"
)
SECOND = "Dibutuhkan admin Kamboja gaji 20jt, wa.me/6281234567890"
NAME, USERNAME = "Wulandari", "wulan_rahasia"


async def test_from_an_advert_to_what_became_of_it(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        group_of = telegram.user(first_name="Somebody")
        group = telegram.group("Desk", [group_of])
        async with Desk(telegram, tmp_path, KAWAN_STAFF_CHAT=str(group.id)) as desk:
            ana = await desk.counsellor("Ana")
            wulan = await desk.person(NAME, USERNAME)
            wulan.forward(ADVERT, from_name="Tetangga Rohimah")
            await shows(wulan, "ongkos", telegram)
            wulan.press("Lewati")
            await shows(wulan, "keluarga", telegram)
            wulan.press("Lewati")
            await shows(wulan, "Peringatan kuat", telegram)
            assert not [p for p in ana.chat if p.own and "NEW" in p.visible]
            wulan.press("Laporkan lowongan ini")
            asked = await shows(wulan, "Mau melaporkannya?", telegram)
            assert "365" in asked or "1 tahun" in asked
            wulan.press("Ya, laporkan")
            await shows(wulan, "Tempel atau teruskan", telegram)
            wulan.forward(ADVERT, from_name="Tetangga Rohimah")
            await desk.bot.kill()
            await desk.bot.start()
            await shows(wulan, "masuk ke daftar petugas", telegram, 40)

            wulan.press("Laporkan lowongan ini")
            await shows(wulan, "Mau melaporkannya?", telegram, times=2)
            wulan.press("Ya, laporkan")
            await shows(wulan, "Tempel atau teruskan", telegram, times=2)
            wulan.say(SECOND)
            await shows(wulan, "masuk ke daftar petugas", telegram, times=2)
            await shows(group, "/adverts", telegram)

            ana.say("/adverts")
            listed = await shows(ana, "Reported adverts", telegram)
            assert "waiting 2" in listed and listed.count("was reported before") == 2
            assert "0812" not in listed and "LOKER" not in listed
            code = listed.split("Strong warning")[0].split("\n")[-1].split(" ")[0]
            ana.press(f"d:ad:{code}")
            card = await shows(ana, "Nobody knows who reported it", telegram)
            assert code in card and "0812" not in card
            ana.press(f"d:ad:{code}:text")
            text = await shows(ana, "as it was pasted", telegram)
            assert "LOKER Poipet" in text and "▒1▒" in text and "0812" not in text
            ana.press(f"d:ad:{code}:who")
            assert "0812-3456-7890" in await shows(ana, "what the marks stand for", telegram)
            ana.press(f"d:ad:{code}:done")
            await shows(ana, "What became of", telegram)
            ana.press("KP2MI")
            await shows(ana, "It is on record", telegram)
            ana.say("/adverts")
            assert "waiting 1" in await shows(ana, "waiting 1", telegram)
            wulan.say("/adverts")  # staff only
            await wulan.replies(1)
            assert not [p for p in wulan.chat if p.own and code in p.visible]
            log = desk.bot.text()
        for call in telegram.calls:
            if call.params.get("chat_id") in (ana.id, group.id, desk.leader.id, desk.second.id):
                body = json.dumps(call.params, default=str)
                for secret in (NAME, USERNAME, str(wulan.id), "Rohimah"):
                    assert secret not in body, call.method
                if call.method == "sendMessage" and call.params.get("chat_id") != group.id:
                    assert call.params.get("protect_content") in (True, "true")
    for secret in (NAME, USERNAME, str(wulan.id), "Yatimah", "0812-3456-7890", "Poipet"):
        assert secret not in log, secret
    for path in tmp_path.rglob("*"):
        if path.is_file() and "model" not in path.parts:
            for secret in (NAME, USERNAME, str(wulan.id), "Yatimah", "3456-7890", "6281234567890"):
                assert secret.encode() not in path.read_bytes(), (path.name, secret)
