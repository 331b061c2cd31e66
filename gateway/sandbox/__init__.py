"""Local servers that speak the providers' formats, so that everything can be tried without an account."""
