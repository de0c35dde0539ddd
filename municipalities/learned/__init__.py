"""What moderators chose before, learned: a category from words, a body from words, category and place.

Texts and ids go in, ids and reasons come out; no model of Django is read here. The way of a report through it:

    texts.py      what is cut away, words and pieces of words, the street of an address
    features.py   words -> weighted numbers
    weights.py    how much each word speaks for each category, kind of body and body
    evidence.py   what was chosen nearby, in this street, in this area, lately
    trees.py      weighs all that against each other, for each body that may be meant
    model.py      the above together; `storing.py` keeps it as a file that cannot run anything
    training.py   the only one that needs scikit-learn
    using.py      the current model of this process, or none

`docs/decisions/` says why it is built so and how right it is.
"""
