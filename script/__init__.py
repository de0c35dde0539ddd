"""What runs and tests a checkout. `script/stack` needs nothing but Python's standard library."""
