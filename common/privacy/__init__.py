"""People's data as people's own: what is held about them, a copy of it for them, and its end.

`inventory.py` declares for every table what of a person it holds and what becomes of it (pure); `marks.py` makes the
keyed hashes by which an erased person stays unasked. `belongings.py` turns the declaration into statements,
`copying.py` hands everything out, `ordering.py` takes the wish to be erased and `erasing.py` carries it out,
`retention.py` ends what was kept long enough, and `keeper.py` does both when they are due.
"""
