"""Bringing the files of table sources here: from their addresses, or from a local mirror."""
