"""Voice: the survey by keypad. Its room is built when the phone channel comes."""
