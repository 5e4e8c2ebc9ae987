"""How a survey sounds on the telephone: languages to choose, whose voice speaks, what is played instead. Pure."""
