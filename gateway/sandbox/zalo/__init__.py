"""Zalo as the sandbox plays it."""
