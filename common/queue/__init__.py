"""The human queue's rules, without I/O: a ticket's life, whose it is, how urgent, and by when somebody must act.

`life.py` knows every change of a ticket's status; `hours.py` counts working time; `routing.py` chooses the team;
`priority.py` says how urgent; `deadlines.py` says what is due, what was missed and when to look again; `book.py` holds
what the administrators decided.
"""
