"""The people's side: the inbox in which an unhappy customer meets a person. Server-rendered, works without script."""

from console.app import create_console, register_console

__all__ = ["create_console", "register_console"]
