"""Control accounts: comparable accounts that are read like the evidence and never assessed.

`given.py` holds them, `matching.py` picks a few for each account, `numbers.py` says of every clue
how many carry it, how common it is among controls and who showed it first, and `finding.py` tests
whether a place is written about more than controls do. Method: docs/methods/controls.md.
"""
