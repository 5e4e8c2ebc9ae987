"""Web chat: the page on which a customer answers and talks to the person who takes over, hosted or in another site."""

from bots.webchat.adapter import WebChat
from bots.webchat.pages import create_webchat

__all__ = ["WebChat", "create_webchat"]
