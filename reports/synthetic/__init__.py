"""Made reports, as many as one wants, to measure and to try things out with: the same seed makes the same rows."""

SOURCE = "synthetic"
