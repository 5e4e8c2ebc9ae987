"""Telling the outside what happened here: webhooks that we call, and alerts.

Triggers write `occurrences` in the transaction that makes something happen. `announcing.py` takes them, words each of
them once and writes its posts in one transaction; `posting.py` leases posts and calls the addresses; `runner.py` drives
both. Everything may be done twice and by several processes: an announcement has a natural key, a post a lease, and a
receiver that is called twice hears the same `webhook-id`.
"""
