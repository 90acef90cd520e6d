"""Crews: accounts whose days at work and days off go together beyond what all share."""
