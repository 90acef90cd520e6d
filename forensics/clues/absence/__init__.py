"""Named absences, declared beforehand, against silence."""
