"""The message channels: one adapter per provider, and the one blueprint of webhooks that all of them share."""
