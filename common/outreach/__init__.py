"""Outreach, pure: may we ask this customer about this interaction, and when? One decision each, with its reason."""
