"""Rows of memberships → N-Quads by morph-kgc, run by the peers' interpreter; prints the seconds that it took."""

import importlib
import runpy
import sys
import time


def main(configuration: str) -> None:
    importlib.import_module("morph_kgc")  # its own start is not what is measured

    sys.argv = ["morph_kgc", configuration]
    began = time.perf_counter()
    runpy.run_module("morph_kgc", run_name="__main__")
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(sys.argv[1])
