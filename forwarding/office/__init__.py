"""The office of those who sign in for a body: the list of its cases, and each case."""
