"""Whose working calendar the days of a unit follow: holidays, make-up days, weekends by date."""
