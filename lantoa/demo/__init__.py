"""Demo data: made by code from a seed, relative to today, and marked as demo wherever people read it.

Everything comes in through the same doors as real data: imports, the play log, and the steps of officers.
"""

from lantoa.demo.loading import load

__all__ = ["load"]
