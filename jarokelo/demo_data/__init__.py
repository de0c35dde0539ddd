"""The sample data that ships with the project: invented by us, a sketch of a city and what might happen in it."""
