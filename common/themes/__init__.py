"""Themes (pure): the code book, what it finds in a customer's words, and what of it may be said. No I/O."""
