"""The telephone: Twilio's calls spoken to in TwiML, the keys that callers press, and the recordings they leave."""
