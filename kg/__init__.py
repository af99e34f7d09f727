"""party-defections: who left which party, where, when, why and on whose word."""

from importlib.metadata import version

__version__ = version("party-defections")
