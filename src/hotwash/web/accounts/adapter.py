"""What allauth may do here: sign people in. Nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy


class NoOpenSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The name or the password is not right."),
        "too_many_login_attempts": gettext_lazy(
            "There were too many tries with this name. Wait five minutes and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False


class OpenAccounts(AuthenticationBackend):  # type: ignore[misc]
    """Answers for a closed account as for one that does not exist."""

    def authenticate(self, request: HttpRequest | None, **credentials: str) -> AbstractBaseUser | None:
        """The account, if name and password are right and it is open."""
        account: AbstractBaseUser | None = super().authenticate(request, **credentials)
        # allauth lays a closed account aside for a page of its own, which would tell a guesser that the password fits.
        self.unstash_authenticated_user()
        return account
