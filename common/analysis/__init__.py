"""Figures, pure: counts in, figures with their uncertainty out."""
