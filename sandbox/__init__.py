"""Providers in a box: Twilio's messaging API, the carrier behind it, and the phones of the customers.

The emulators are written from the providers' own documents and speak real HTTP. They share no code with the product
and the product never imports them: an emulator that shared our types would share our mistakes. Start them as a
process: `python -m sandbox --port 8100`. What happens is written to an append-only ledger, from which an independent
reader can tell who was sent what and what was acknowledged when, and from which a restarted sandbox remembers.
"""
