"""Rules about people: who may be invited by whom, what role they have, and when an account is closed.

Only administrators change accounts of others, nobody changes their own role, and one open administrator always stays.
"""

from django.db import transaction

from hotwash.ledger.rule import NotAllowed
from hotwash.web.tables.models import Account, Role, SignInLink, Token


def invite(by: Account, *, name: str, role: str, display_name: str = "", email: str = "") -> Account:
    """Make an account without a password. It is entered by a link (`links.make`) or, by a service, with a token.

    :raises NotAllowed: if ``by`` is no administrator
    :raises ValidationError: if a field is not well formed, or the name or the address is taken
    """
    _administrator(by)
    return Account.objects.create_user(name, role=role, display_name=display_name.strip(), email=email.strip())


def change_role(by: Account, account: Account, role: str) -> None:
    """Give somebody else another role.

    :raises NotAllowed: if ``by`` is no administrator or it is their own account, or no administrator would be left
    """
    _administrator(by)
    if by.pk == account.pk:
        raise NotAllowed("Nobody changes their own role. Another administrator can.")
    if role not in Role.values:
        raise NotAllowed(f"{role} is not a role.")
    with transaction.atomic():
        if role != Role.ADMINISTRATOR:
            _another_stays(account)
        account.role = role
        if role == Role.SERVICE:
            account.set_unusable_password()
            SignInLink.objects.filter(account=account).delete()
        account.save(update_fields=["role", "password"])


def close(by: Account, account: Account) -> None:
    """Sign somebody else out everywhere, and let no link, password or token of theirs work. What they recorded stays.

    :raises NotAllowed: if ``by`` is no administrator or it is their own account, or no administrator would be left
    """
    _administrator(by)
    if by.pk == account.pk:
        raise NotAllowed("Nobody closes their own account. Another administrator can.")
    with transaction.atomic():
        _another_stays(account)
        account.is_active = False
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password"])
        SignInLink.objects.filter(account=account).delete()
        Token.objects.filter(account=account).delete()


def reopen(by: Account, account: Account) -> None:
    """Let a closed account be entered again, by a new link.

    :raises NotAllowed: if ``by`` is no administrator
    """
    _administrator(by)
    account.is_active = True
    account.save(update_fields=["is_active"])


def _administrator(by: Account) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only an administrator changes accounts.")


def _another_stays(account: Account) -> None:
    """Lock the administrators, so that two of them cannot remove each other at the same moment."""
    administrators = Account.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if [person.pk for person in administrators] == [account.pk]:
        raise NotAllowed("This is the last administrator. Make somebody else administrator first.")
