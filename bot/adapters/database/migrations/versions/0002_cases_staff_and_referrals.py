"""Cases, staff and referrals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER case_event_no_{verb.lower()} BEFORE {verb} ON case_event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION case_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
        "CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON case_event "
        "FOR EACH ROW EXECUTE FUNCTION case_event_refuse()",
    ],
}


def upgrade() -> None:
    # states of before were sealed with another kind of key; they are worth minutes, not a convert
    op.execute("DELETE FROM conversation")
    op.create_table(
        "named_key",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_named_key")),
    )
    op.create_table(
        "case_event",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case", sa.String(length=8), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_case_event_hash")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case"), ["case"], unique=False)
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)

    op.create_table(
        "person",
        sa.Column("chat_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("sealed_chat", sa.Text(), nullable=False),
        sa.Column("sealed_wishes", sa.Text(), nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_hash", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "sent_message",
        sa.Column("chat_hash", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_chat", sa.Text(), nullable=False),
        sa.Column("person", sa.Boolean(), nullable=False),
        sa.Column("by_bot", sa.Boolean(), nullable=False),
        sa.Column("case", sa.String(length=8), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_hash", "message_id", name=op.f("pk_sent_message")),
    )
    with op.batch_alter_table("sent_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_message_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_message_case"), ["case"], unique=False)

    op.create_table(
        "staff",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_user", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_staff")),
        sa.UniqueConstraint("user_hash", name=op.f("uq_staff_user_hash")),
    )
    op.create_table(
        "case",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("chat_hash", sa.String(length=64), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("talk", sa.String(length=16), nullable=False),
        sa.Column("about_other", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("return_hash", sa.String(length=64), nullable=True),
        sa.Column("left_quickly", sa.Boolean(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.Column("mock", sa.Boolean(), nullable=False),
        sa.Column("earlier", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.number"], name=op.f("fk_case_staff_staff")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_case")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_chat_hash"), ["chat_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_return_hash"), ["return_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_state"), ["state"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["staff.number"], name=op.f("fk_invitation_invited_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["staff.number"], name=op.f("fk_invitation_used_by_staff")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitation")),
    )
    op.create_table(
        "case_detail",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.code"], name=op.f("fk_case_detail_case_case")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_detail")),
    )
    with op.batch_alter_table("case_detail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_detail_case"), ["case"], unique=False)

    op.create_table(
        "case_line",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("case", sa.String(length=8), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("delivery", sa.String(length=8), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.code"], name=op.f("fk_case_line_case_case")),
        sa.ForeignKeyConstraint(["staff"], ["staff.number"], name=op.f("fk_case_line_staff_staff")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_line")),
        sa.UniqueConstraint("source", name=op.f("uq_case_line_source")),
    )
    with op.batch_alter_table("case_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_line_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_line_case"), ["case"], unique=False)

    op.create_table(
        "referral",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("sealed_reason", sa.Text(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.code"], name=op.f("fk_referral_case_case")),
        sa.ForeignKeyConstraint(["staff"], ["staff.number"], name=op.f("fk_referral_staff_staff")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_referral")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_case"), ["case"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_remind_at"), ["remind_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_remind_at"))
        batch_op.drop_index(batch_op.f("ix_referral_case"))

    op.drop_table("referral")
    with op.batch_alter_table("case_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_line_case"))
        batch_op.drop_index(batch_op.f("ix_case_line_at"))

    op.drop_table("case_line")
    with op.batch_alter_table("case_detail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_detail_case"))

    op.drop_table("case_detail")
    op.drop_table("invitation")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_state"))
        batch_op.drop_index(batch_op.f("ix_case_return_hash"))
        batch_op.drop_index(batch_op.f("ix_case_opened_at"))
        batch_op.drop_index(batch_op.f("ix_case_chat_hash"))

    op.drop_table("case")
    op.drop_table("staff")
    with op.batch_alter_table("sent_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_message_case"))
        batch_op.drop_index(batch_op.f("ix_sent_message_at"))

    op.drop_table("sent_message")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_seen_at"))

    op.drop_table("person")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_case"))

    op.drop_table("case_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION case_event_refuse()")
    op.drop_table("named_key")
    op.execute("DELETE FROM conversation")
