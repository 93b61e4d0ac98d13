"""Pieces of SQL that migrations share: the database has the last word on tenancy and on what may change."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import RunSQL
from django.db.models import DecimalField


class _Amount(DecimalField):
    """What MoneyField, PriceField and PercentField share: to the type checker, a row's field is its value."""

    if TYPE_CHECKING:

        def __get__(self, row: object, owner: object = None) -> Decimal: ...
        def __set__(self, row: object, value: Any) -> None: ...


class MoneyField(_Amount):
    """An amount: two decimals, up to 9,999,999,999,999.99."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **({"max_digits": 15, "decimal_places": 2} | kwargs))


class PriceField(_Amount):
    """A unit price: six decimals (docs/decisions: the style's four are not enough for fuel and electricity)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **({"max_digits": 18, "decimal_places": 6} | kwargs))


QuantityField = PriceField


class PercentField(_Amount):
    """A percent: `Decimal("21")` is 21 %."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **({"max_digits": 7, "decimal_places": 4} | kwargs))


def company_key(table: str) -> RunSQL:
    """Let (company_id, id) of `table` be the target of `same_company` keys."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_company_key UNIQUE (company_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_company_key",
    )


def same_company(table: str, column: str, target: str) -> RunSQL:
    """A foreign key that also wants both rows to be of one company. `target` needs `company_key`."""
    name = f"{table}_{column}_same_company"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (company_id, {column})"
        f" REFERENCES {target} (company_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


REFUSE_CHANGE = RunSQL(
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% on % is refused: what is written there stays', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "DROP FUNCTION refuse_change()",
)


def append_only(table: str, *, update: bool = False) -> RunSQL:
    """Refuse UPDATE (unless `update`), DELETE and TRUNCATE of `table`: a ledger only grows."""
    events = "DELETE" if update else "UPDATE OR DELETE"
    return RunSQL(
        f"CREATE TRIGGER {table}_only_grows BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_no_truncate ON {table}",
    )
