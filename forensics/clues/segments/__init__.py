"""Did the day of a unit move? `split` finds the dates, `answer` describes the stretches."""
