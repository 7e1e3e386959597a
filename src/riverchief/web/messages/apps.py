"""The app of messages; Django's own messages have taken the name."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """What people are told, and whether it reached them."""

    name = "riverchief.web.messages"
    label = "post"
    verbose_name = "消息 Messages"
