"""The address where chats post, and the pages on which they are connected."""

from django.urls import path

from hotwash.web.chat import endpoint, pages

urlpatterns = [
    path("chat/<slug:chat>/<str:secret>", endpoint.take_in, name="chat-in"),
    path("chats/", pages.chats, name="chats"),
    path("chats/add/", pages.add, name="chat-add"),
    path("chats/<str:name>/", pages.chat, name="chat"),
    path("chats/<str:name>/change/", pages.change, name="chat-change"),
    path("chats/<str:name>/rotate/", pages.rotate, name="chat-rotate"),
    path("chats/<str:name>/close/", pages.close, name="chat-close"),
    path("chats/<str:name>/part/", pages.part, name="chat-part"),
    path("account/chats/", pages.own, name="own-chats"),
    path("account/chats/code/", pages.code, name="own-chat-code"),
    path("account/chats/part/", pages.own_part, name="own-chat-part"),
]
