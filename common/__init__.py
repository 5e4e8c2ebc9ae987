"""The product without any channel and without a web framework."""
