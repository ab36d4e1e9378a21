"""Table of contents of `make bench`: the rooms, one after another, or those that are named.

`python -m tests.benchmarks [room ...]`. A word that names no room is left to the rooms to read. Each prints
what it reached beside its goal and its rivals, and keeps it in ``instance/bench/<room>.json``.
"""

import importlib
import importlib.util
import sys

ROOMS = (
    "symbols",  # serials and symbols, beside other encoders
    "sheets",  # stamps to PDF, beside other ways to draw them; bytes and memory
    "command",  # a million stamps by the command line, from the record to the last file
    "lookup",  # a stamp page under load, beside the floor of the same server and a plain view
    "viewers",  # the printed million in poppler, mupdf and Ghostscript
    "clones",  # copied stamps among a million: how soon they are flagged, and whom that troubles
    "photos",  # stamps in photos made worse on purpose, read by the inspector's box and by others
    "false_reads",  # pictures without a stamp, or with half of one, given to the same readers
    "decode",  # every stamp of a large file read back from its raster
)


def main() -> None:
    """Open the rooms asked for."""
    named = [word for word in sys.argv[1:] if importlib.util.find_spec(f"tests.benchmarks.{word}")]
    for room in named or ROOMS:
        importlib.import_module(f"tests.benchmarks.{room}").main()


if __name__ == "__main__":
    main()
