"""Who may sign in, and the secrets with which they do. Secrets are kept only as digests."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    """What an account is for. What each may do is said by one table at the desk."""

    ADMINISTRATOR = "administrator", "Administrator"
    COMMANDER = "commander", "Commander"
    RESPONDER = "responder", "Responder"
    REVIEWER = "reviewer", "Reviewer"
    OBSERVER = "observer", "Observer"
    REPORTER = "reporter", "Reporter"
    SERVICE = "service", "Service"


class Accounts(BaseUserManager["Account"]):
    """Makes accounts and finds them by name."""

    def create_user(
        self, name: str, *, password: str | None = None, role: str = Role.RESPONDER, **rest: str
    ) -> "Account":
        """Save a new account. Without a password it can be entered only by a one-time link or a token.

        :raises ValidationError: if a field is not well formed, or the name is taken
        """
        account = self.model(name=name.strip().lower(), role=role, **rest)
        account.set_password(password)
        account.full_clean()
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person, or a service, that may sign in. ``name`` stands in the records as ``by`` and never changes."""

    name = models.CharField(
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z",
                "Use small letters, digits, dots, hyphens and underscores; begin and end with a letter or digit.",
            )
        ],
        error_messages={"unique": "This name is taken."},
    )
    display_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.RESPONDER)
    zone = models.CharField(max_length=60, blank=True, help_text="An IANA time zone; empty follows the browser.")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "hotwash_account"
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="hotwash_account_email",
                violation_error_message="Another account has this mail address.",
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.name

    @property
    def is_administrator(self) -> bool:
        """Whether the account may invite people and change roles."""
        return self.is_active and self.role == Role.ADMINISTRATOR


class Token(models.Model):
    """Lets a program act for an account. The token itself is shown once and kept as a digest."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=80, unique=True)
    scopes = models.JSONField(default=list, help_text="What the token may do; empty means all that the account may.")
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_token"

    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """Signs one account in once, before it expires."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_sign_in_link"

    def __str__(self) -> str:
        return f"{self.account_id}, until {self.expires_at:%Y-%m-%d %H:%M}"
