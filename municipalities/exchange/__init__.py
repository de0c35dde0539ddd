"""Bodies, contacts, rules and street groups as CSV and workbooks, out and in.

`resources` says the columns, `formats` reads and writes the files.

An import is tried first and shows line by line what is new and what changes, field by field; then it is confirmed. What
a file leaves out stays as it is.
"""
