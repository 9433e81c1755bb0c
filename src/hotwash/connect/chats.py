"""Every kind of chat by its name."""

from hotwash.connect import mattermost, slack, teams
from hotwash.response.chat import Chat

CHATS: dict[str, Chat] = {one.name: one for one in (slack.CHAT, teams.CHAT, mattermost.CHAT)}
"""By the word in their address."""
