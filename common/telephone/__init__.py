"""Conversations by telephone, whoever the provider is: keys, calls, recordings.

A call takes the road of every message (`common/turns/`); only its exit differs. What the machine orders to be said is
not sent: it is the answer to the request that brought the caller's keys, and is stored with them in one transaction.
"""
