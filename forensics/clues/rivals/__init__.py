"""The standing alternatives to an ordinary day in one place, and what speaks against each."""
