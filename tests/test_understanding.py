"""Rules and model are two ways to notice danger; either is enough, and the worse one counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.danger import Category, Evidence, Finding, Level
from bot.domain.menu import TOPICS
from bot.domain.understanding import Parsed, Thresholds, decide, judge_risk

LIMITS = Thresholds(alarm=0.5, critical=0.5, concern=0.5, topic=0.3, margin=0.05)
CALM = {"none": 0.97, "concern": 0.01, "high": 0.01, "critical": 0.01}


def parsed(risk: dict[str, float] | None = None, *intents: tuple[str, float]) -> Parsed:
    categories = dict.fromkeys(Category, 0.05) | {"violence": 0.7}
    return Parsed(intents or (("signs_fees", 0.9),), risk or CALM, categories)


RULE = Finding("id.locked_in", Level.CRITICAL, Category.TRAFFICKING, "aku dikunci")


def test_calm_question_gets_its_topic() -> None:
    decision = decide(parsed(), Evidence(), TOPICS, LIMITS)
    assert (decision.kind, decision.topic, decision.reply) == (
        "question", "signs_fees", "topic/signs_fees",
    )  # fmt: skip
    assert decision.alarm is None


def test_rules_alone_raise_an_alarm_when_the_model_is_calm() -> None:
    alarm = judge_risk(parsed(), Evidence((RULE,)), LIMITS)
    assert alarm and (alarm.level, alarm.category, alarm.by) == (
        Level.CRITICAL, Category.TRAFFICKING, ("rules",),
    )  # fmt: skip


def test_model_alone_raises_an_alarm_when_no_rule_matches() -> None:
    risk = {"none": 0.3, "concern": 0.1, "high": 0.4, "critical": 0.2}
    alarm = judge_risk(parsed(risk), Evidence(), LIMITS)
    assert alarm and (alarm.level, alarm.category, alarm.by) == (
        Level.HIGH, Category.VIOLENCE, ("model",),
    )  # fmt: skip


def test_the_worse_of_both_counts() -> None:
    risk = {"none": 0.2, "concern": 0.1, "high": 0.6, "critical": 0.1}
    alarm = judge_risk(parsed(risk), Evidence((RULE,)), LIMITS)
    assert alarm and alarm.level == Level.CRITICAL and alarm.by == ("rules", "model")


def test_points_of_the_rules_move_the_model_both_ways() -> None:
    limits = Thresholds(0.5, 0.5, 0.9, 0.3, 0.05, points=0.15)
    unsure = {"none": 0.6, "concern": 0.0, "high": 0.4, "critical": 0.0}
    assert judge_risk(parsed(unsure), Evidence(), limits) is None
    assert judge_risk(parsed(unsure), Evidence(points=8), limits) is not None
    worried = {"none": 0.4, "concern": 0.0, "high": 0.6, "critical": 0.0}
    assert judge_risk(parsed(worried), Evidence(), limits) is not None
    assert judge_risk(parsed(worried), Evidence(points=-10), limits) is None
    sure = {"none": 0.02, "concern": 0.0, "high": 0.98, "critical": 0.0}
    assert judge_risk(parsed(sure), Evidence(points=-500), limits) is not None


def test_weak_rules_yield_to_a_model_that_is_all_but_sure() -> None:
    limits = Thresholds(0.5, 0.5, 0.5, 0.3, 0.05, doubt=0.05)
    weak = Finding("signs.violence", Level.HIGH, Category.VIOLENCE, "takut pulang", weak=True)
    assert judge_risk(parsed(), Evidence((weak,)), limits) is None
    assert judge_risk(None, Evidence((weak,)), limits) is not None  # nobody to ask
    worried = {"none": 0.9, "concern": 0.05, "high": 0.03, "critical": 0.02}
    assert judge_risk(parsed(worried), Evidence((weak,)), limits) is not None
    assert (
        judge_risk(parsed(), Evidence((RULE,)), limits) is not None
    )  # an exact rule is enough by itself


def test_a_worry_offers_help() -> None:
    risk = {"none": 0.4, "concern": 0.5, "high": 0.05, "critical": 0.05}
    alarm = judge_risk(parsed(risk), Evidence(), LIMITS)
    assert alarm and alarm.level == Level.CONCERN


def test_without_the_model_the_reply_is_the_menu_and_rules_still_speak() -> None:
    assert decide(None, Evidence(), TOPICS, LIMITS).reply == "message/nlu_down"
    assert decide(None, Evidence((RULE,)), TOPICS, LIMITS).reply == "safety/trafficking"


@pytest.mark.parametrize(
    ("intents", "topic", "reply"),
    [
        ((("signs_fees", 0.2), ("signs_debt", 0.19), ("privacy", 0.1)), None, "message/unsure"),
        ((("signs_fees", 0.4), ("signs_debt", 0.38)), None, "message/unsure"),
        ((("harm", 0.9),), None, "message/harm_refusal"),
        ((("fear_of_harming", 0.9),), None, "message/fear_of_harming"),
        ((("chitchat_greet", 0.9),), None, "message/chitchat_greet"),
        ((("out_of_scope", 0.6), ("signs_fees", 0.3)), None, "message/out_of_scope"),
        ((("disclosure_violence", 0.5), ("signs_fees", 0.4)), "signs_fees", "topic/signs_fees"),
    ],
)
def test_unsure_asks_back_and_never_guesses(intents, topic, reply) -> None:  # type: ignore[no-untyped-def]
    decision = decide(parsed(CALM, *intents), Evidence(), TOPICS, LIMITS)
    assert (decision.topic, decision.reply) == (topic, reply)
    assert set(decision.candidates) <= TOPICS
    assert len(decision.candidates) <= 3


@given(st.dictionaries(st.sampled_from(list(CALM)), st.floats(0, 1), min_size=4, max_size=4))
def test_a_rule_can_only_make_it_worse(risk: dict[str, float]) -> None:
    without = judge_risk(parsed(risk), Evidence(), LIMITS)
    with_rule = judge_risk(parsed(risk), Evidence((RULE,)), LIMITS)
    assert with_rule is not None
    assert with_rule.level >= (without.level if without else 0)
