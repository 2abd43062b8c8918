"""Cases of people who ask to talk and of whom nothing more is known have no category."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = sa.String(length=32)


def upgrade() -> None:
    with op.batch_alter_table("case") as batch_op:
        batch_op.alter_column("category", existing_type=_NAME, nullable=True)


def downgrade() -> None:
    """Older versions know no case without one: it becomes what they made of it."""
    op.execute("""UPDATE "case" SET category = 'violence' WHERE category IS NULL""")
    with op.batch_alter_table("case") as batch_op:
        batch_op.alter_column("category", existing_type=_NAME, nullable=False)
