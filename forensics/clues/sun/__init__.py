"""Sun and shadow: where a picture can have been taken, and above all where it cannot.

Reading order: `position` (where the sun stands), `shadow` (closed forms), `when` (what is known of
the time), `likelihood` (over places), `given` (measurements of a user), `finding` (clues).
"""
