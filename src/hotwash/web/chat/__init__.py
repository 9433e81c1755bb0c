"""Chats: where they post, whose accounts their people are, what they may ask, and what is said back."""
