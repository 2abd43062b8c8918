"""The names that training data, components and results share. Free of Rasa."""

LEVELS = ("none", "concern", "high", "critical")
DISCLOSURE = "disclosure_"
_OTHERS = frozenset({"out_of_scope", "ordinary", "harm", "fear_of_harming"})


def is_topic(intent: str) -> bool:
    """Whether an intent is a topic the campaign has content for."""
    return not intent.startswith((DISCLOSURE, "chitchat_")) and intent not in _OTHERS
