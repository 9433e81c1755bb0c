"""Rows put in place of those about the same thing, by a statement that is written once for each model.

Django's own ``bulk_create(update_conflicts=True)`` does the same, but writes its statement anew for every append, which
takes longer than running it.
"""

from collections.abc import Iterable, Sequence

from django.db import connections
from django.db.models import Model


class Upsert:
    """Puts rows of one model.

    :param unique: the fields that say which row is about the same thing
    :param kept: fields that an older row keeps
    """

    def __init__(self, model: type[Model], *, unique: Iterable[str], kept: Iterable[str] = ()) -> None:
        concrete = model._meta.concrete_fields
        self._fields = [
            field for field in concrete if not (field.primary_key and field.get_internal_type() == "BigAutoField")
        ]
        columns = [f'"{field.column}"' for field in self._fields]
        same = [f'"{model._meta.get_field(name).column}"' for name in unique]  # type: ignore[union-attr]
        left = {*same, *(f'"{model._meta.get_field(name).column}"' for name in kept)}  # type: ignore[union-attr]
        changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in left)
        self._insert = f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES '  # noqa: S608
        self._row = f"({', '.join(['%s'] * len(columns))})"
        self._update = f" ON CONFLICT ({', '.join(same)}) DO UPDATE SET {changes}"

    def __call__(self, rows: Sequence[Model], *, using: str) -> None:
        """Put rows, at least one; one statement."""
        connection = connections[using]
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._insert + ", ".join([self._row] * len(rows)) + self._update, values)
