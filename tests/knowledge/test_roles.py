"""Roles in an incident."""

import pytest

from hotwash.knowledge.roles import RoleId, roles


def test_the_roles_are_those_that_scripts_rely_on() -> None:
    assert tuple(role.id for role in roles().roles) == RoleId.__args__  # type: ignore[attr-defined]
    assert roles().role("scribe").title == "Scribe"
    with pytest.raises(KeyError):
        roles().role("hero")


def test_every_role_knows_what_to_do_first_and_what_to_hand_over() -> None:
    for role in roles().roles:
        assert len(role.first_quarter) >= 2, role.id
        assert len(role.first_hour) >= 3, role.id
        assert len(role.hands_over) >= 3, role.id
