"""Where the demonstration's files lie, as a visitor of the project's root sees them."""

from pathlib import Path


def from_project_root(path: Path) -> str:
    """A path as seen from where the command was started, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
