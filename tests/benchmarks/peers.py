"""The peers, in an environment of their own: morph-kgc pins older versions of what the project uses."""

import subprocess
import venv
from pathlib import Path

PACKAGES = ("morph-kgc==2.10.0", "rdflib==7.2.1")


def peers_python(folder: Path) -> Path:
    """The interpreter of the peers' environment, which is made where it is not there yet."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python
