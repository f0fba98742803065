"""Which features counted for a line of a served list, for learning from what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older lines do not tell."""
    op.add_column("served_item", sa.Column("applies", sa.Text()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("served_item", "applies")
