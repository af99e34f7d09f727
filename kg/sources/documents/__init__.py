"""Readers of documents: fact sheets and infoboxes, each fact anchored to characters of its document."""
