"""Characters, their assets, and the verification of real persons."""
