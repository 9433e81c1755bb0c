"""Chats that are connected: workspaces, their people as accounts, channels as incidents, and posts that were seen."""

from django.db import models
from django.utils import timezone


class Strangers(models.TextChoices):
    """What somebody may do from chat who has not linked their account."""

    NOTHING = "nothing", "Nothing"
    REPORT = "report", "Report something odd, into the inbox"
    DECLARE = "declare", "Report, and declare incidents"


class ChatConnection(models.Model):
    """Where a chat posts. The secret in the address is shown once and kept as a digest."""

    chat = models.CharField(max_length=20, help_text="The kind of chat.")
    name = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=80, unique=True, help_text="Of the secret in the address.")
    signing = models.TextField(help_text="What its posts are held against, sealed; one secret a line.")
    team = models.CharField(max_length=100, blank=True, help_text="The workspace or tenant; the first that posts.")
    site = models.CharField(max_length=200, blank=True, help_text="The address of the server, for links to messages.")
    strangers = models.CharField(max_length=10, choices=Strangers.choices, default=Strangers.NOTHING)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True, help_text="When a genuine post came last.")
    refused_at = models.DateTimeField(null=True)
    refused = models.TextField(blank=True, help_text="Why the last refused post was refused.")

    class Meta:
        db_table = "hotwash_chat"

    def __str__(self) -> str:
        return self.name


class ChatUser(models.Model):
    """Somebody in a chat, and the account whose right they proved there."""

    connection = models.ForeignKey(ChatConnection, on_delete=models.CASCADE, related_name="users")
    user = models.CharField(max_length=200)
    user_name = models.CharField(max_length=100, blank=True)
    account = models.ForeignKey("tables.Account", on_delete=models.CASCADE, related_name="chats")
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "hotwash_chat_user"
        constraints = (models.UniqueConstraint(fields=["connection", "user"], name="hotwash_chat_user_once"),)

    def __str__(self) -> str:
        return f"{self.user_name} as {self.account_id}"


class ChatCode(models.Model):
    """A one-time code that links whoever types it in a chat to one account."""

    account = models.ForeignKey("tables.Account", on_delete=models.CASCADE, related_name="chat_codes")
    digest = models.CharField(max_length=80, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "hotwash_chat_code"

    def __str__(self) -> str:
        return f"{self.account_id}, until {self.expires_at:%Y-%m-%d %H:%M}"


class ChatChannel(models.Model):
    """A channel that belongs to an incident: what is said there without an id is meant for it."""

    connection = models.ForeignKey(ChatConnection, on_delete=models.CASCADE, related_name="channels")
    channel = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    incident = models.CharField(max_length=60)
    bound_by = models.CharField(max_length=200)
    bound_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "hotwash_chat_channel"
        constraints = (models.UniqueConstraint(fields=["connection", "channel"], name="hotwash_chat_channel_once"),)

    def __str__(self) -> str:
        return f"{self.name} for {self.incident}"


class ChatPost(models.Model):
    """A post that was taken, so that the same one is not taken again."""

    connection = models.ForeignKey(ChatConnection, on_delete=models.CASCADE, related_name="posts")
    digest = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "hotwash_chat_post"
        constraints = (models.UniqueConstraint(fields=["connection", "digest"], name="hotwash_chat_post_once"),)
        indexes = (models.Index(fields=["at"], name="hotwash_chat_post_at"),)

    def __str__(self) -> str:
        return f"{self.connection_id} {self.at:%Y-%m-%d %H:%M}"
