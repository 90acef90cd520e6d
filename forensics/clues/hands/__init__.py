"""Whether an account changed hands, and whether the pieces of a unit keep the same hours."""
