"""The address where chats post."""

from django.urls import path

from hotwash.web.chat import endpoint

urlpatterns = [path("chat/<slug:chat>/<str:secret>", endpoint.take_in, name="chat-in")]
