"""The explorer: what the pages for people are made of, above all the panels of a thing."""
