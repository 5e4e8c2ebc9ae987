"""Zeroten asks the 0-10 question on the channel a customer just used. The composition root and the command line."""

__version__ = "0.1.0"
