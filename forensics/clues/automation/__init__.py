"""Whether a machine chose the times of posts."""
