"""Copies of everything, and bringing one back. The keys go another way than the data that they open."""
