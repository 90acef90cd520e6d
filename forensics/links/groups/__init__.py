"""Groups of accounts: ties summed, communities, chance and stability."""
