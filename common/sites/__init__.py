"""Sites: web pages of others that show our web chat, what each may do there, and who its visitors are."""
