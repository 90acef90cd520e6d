"""What the times of a unit can tell apart, what they cannot, and what would."""
