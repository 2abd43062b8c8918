"""Adverts that people agreed to report."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "advert",
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("sealed_text", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("signs", sa.String(8), nullable=False),
        sa.Column("day", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("looked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.number"], name="fk_advert_staff_staff"),
        sa.PrimaryKeyConstraint("code", name="pk_advert"),
        sa.UniqueConstraint("text_hash", name="uq_advert_text_hash"),
    )
    op.create_index("ix_advert_day", "advert", ["day"])
    op.create_table(
        "advert_contact",
        sa.Column("advert", sa.String(8), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("contact_hash", sa.String(64), nullable=False),
        sa.Column("locked", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["advert"], ["advert.code"], name="fk_advert_contact_advert_advert"
        ),
        sa.PrimaryKeyConstraint("advert", "mark", name="pk_advert_contact"),
    )
    op.create_index("ix_advert_contact_contact_hash", "advert_contact", ["contact_hash"])


def downgrade() -> None:
    op.drop_index("ix_advert_contact_contact_hash", "advert_contact")
    op.drop_table("advert_contact")
    op.drop_index("ix_advert_day", "advert")
    op.drop_table("advert")
