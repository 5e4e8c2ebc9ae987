"""The page of phones on `/`: what a person sees of the sandbox."""
