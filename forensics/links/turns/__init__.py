"""Turn-taking: pairs of accounts of which one stops and the other starts within minutes."""
