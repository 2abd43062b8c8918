"""Opting in with full knowledge, out with one tap."""

from typing import Any


async def test_opting_in_choosing_and_leaving_with_one_tap(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    store = world.campaign.store
    sari.say("/daftar")
    (offer,) = await sari.replies(1)
    assert "terkunci" in offer.visible and await store.subscription(sari.id) is None
    sari.press("Tiap bulan")
    (state,) = await sari.replies(1)
    assert "sebulan sekali" in state.visible
    sari.press("+ Hak anak")
    sari.press("WITA")
    (_, state) = await sari.replies(2)
    assert "hak anak" in state.visible and "WITA" in state.visible
    found = await store.subscription(sari.id)
    assert (found.frequency, found.interests, found.zone) == ("month", {"rights"}, "Asia/Makassar")
    sari.say("/daftar")
    (again,) = await sari.replies(1)
    sari.press("Berhenti", again)
    (bye,) = await sari.replies(1)
    assert await store.subscription(sari.id) is None
    sari.say("/berhenti")
    (same,) = await sari.replies(1)
    assert same.text == bye.text  # whether or not there was one
    assert await store.subscribers() == 0


async def test_english_names_and_buttons_of_nothing(world: Any) -> None:
    sari = world.telegram.user(language_code="en")
    sari.say("/subscribe")
    (offer,) = await sari.replies(1)
    assert "news" in offer.visible
    for data in ("sub:about:signs", "sub:zone:wib", "sub:often:hourly", "sub:", "sub:about:hair"):
        offer.rows[0][0] = type(offer.rows[0][0])("x", data)
        sari.press("x", offer)
        (answer,) = await sari.replies(1)
        assert answer.text == offer.text  # nobody is subscribed who did not say how often
    assert await world.campaign.store.subscribers() == 0
    sari.say("/unsubscribe aku dikunci dari luar sama majikan")
    (help_now,) = await sari.replies(1)
    assert "129" in help_now.visible


async def test_who_blocks_the_bot_is_not_written_to_any_more(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    sari.say("/daftar")
    await sari.replies(1)
    sari.press("Semua kabar")
    await sari.replies(1)
    assert await world.campaign.store.subscribers() == 1
    sari.block()
    budi = world.telegram.user(language_code="id")
    await world.telegram.confirmed()
    budi.say("/start")
    await budi.replies(1)
    assert await world.campaign.store.subscribers() == 0


async def test_news_follow_a_new_choice_of_language(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    sari.say("/daftar")
    await sari.replies(1)
    sari.press("Tiap bulan")
    await sari.replies(1)
    sari.say("/language")
    await sari.replies(1)
    sari.press("English")
    await sari.replies(1)
    found = await world.campaign.store.subscription(sari.id)
    assert (found.language, found.frequency) == ("en", "month")
