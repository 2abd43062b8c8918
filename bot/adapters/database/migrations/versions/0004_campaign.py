"""Groups, cards, subscribers, broadcasts, counts and links of the campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "campaign_group",
        sa.Column("chat_hash", sa.String(64), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("chat_hash", name="pk_campaign_group"),
    )
    op.create_table(
        "campaign_card",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_campaign_card"),
    )
    op.create_table(
        "campaign_subscriber",
        sa.Column("chat_hash", sa.String(64), nullable=False),
        sa.Column("sealed_chat", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("chat_hash", name="pk_campaign_subscriber"),
    )
    op.create_index("ix_campaign_subscriber_language", "campaign_subscriber", ["language"])
    op.create_index("ix_campaign_subscriber_zone", "campaign_subscriber", ["zone"])
    _broadcasts()
    _numbers()


def _broadcasts() -> None:
    op.create_table(
        "campaign_broadcast",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_campaign_broadcast"),
    )
    op.create_index("ix_campaign_broadcast_state", "campaign_broadcast", ["state"])
    op.create_table(
        "campaign_recipient",
        sa.Column("broadcast", sa.Integer(), nullable=False),
        sa.Column("chat_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast"],
            ["campaign_broadcast.number"],
            name="fk_campaign_recipient_broadcast_campaign_broadcast",
        ),
        sa.PrimaryKeyConstraint("broadcast", "chat_hash", name="pk_campaign_recipient"),
    )
    op.create_index("ix_campaign_recipient_state", "campaign_recipient", ["state"])


def _numbers() -> None:
    op.create_table(
        "campaign_count",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "kind", "name", "language", name="pk_campaign_count"),
    )
    op.create_table(
        "campaign_counted",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_campaign_counted"),
    )
    op.create_index("ix_campaign_counted_at", "campaign_counted", ["at"])
    op.create_table(
        "campaign_unanswered",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("sealed_words", sa.Text(), nullable=False),
        sa.Column("askers", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_campaign_unanswered"),
    )
    op.create_index("ix_campaign_unanswered_week", "campaign_unanswered", ["week"])
    op.create_table(
        "campaign_link",
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_campaign_link"),
    )


def downgrade() -> None:
    for name in (
        "campaign_link", "campaign_unanswered", "campaign_counted", "campaign_count",
        "campaign_recipient", "campaign_broadcast", "campaign_subscriber", "campaign_card",
        "campaign_group",
    ):  # fmt: skip
        op.drop_table(name)
