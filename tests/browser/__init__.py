"""The pages as people meet them: a real Chromium over a real server of the build of this repository's data."""
