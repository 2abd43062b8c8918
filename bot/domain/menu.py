"""The sections of the menu and the topics in them, in the order people need them."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "signs": (
        "check_offer", "signs_general", "signs_online", "signs_overseas", "signs_documents",
        "signs_fees", "signs_debt", "signs_agent", "signs_relationship", "signs_study",
    ),
    "rights": (
        "rights_overview", "rights_child_age", "rights_work", "rights_education",
        "rights_protection", "rights_marriage", "rights_online", "rights_victims",
        "rights_participation", "law_trafficking", "law_penalties",
    ),
    "help": (
        "help_hotlines", "help_reporting", "help_friend", "help_parenting", "help_images",
        "help_missing",
    ),
    "service": ("talk_to_counsellor", "about_bot", "privacy", "get_involved"),
}  # fmt: skip
TOPICS: frozenset[str] = frozenset(t for topics in SECTIONS.values() for t in topics)
# The parts of a topic's page behind its short answer, in the order they are offered, each with the
# letter that stands for it in a button's data.
TOPIC_PARTS: dict[str, str] = {
    "more": "m", "now": "n", "story": "y", "mistakes": "k",
}  # fmt: skip
