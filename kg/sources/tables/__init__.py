"""Readers of tables: files staged and checked by their description, then turned into fact rows by SQL."""
