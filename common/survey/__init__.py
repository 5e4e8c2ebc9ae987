"""The survey, pure: questions, the conversation machine, reading answers, score and bands."""
