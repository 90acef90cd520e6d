"""Made-up activity with known truth: people, crews, machines and the cases that were published.

Nothing here is data. Every generator takes a numpy Generator, works in local time by the rules of
`forensics.clock`, and gives the same posts for the same seed.
"""
