"""Work on untrusted files in processes that can be killed: what one file does to its reader costs that file and no other."""

from licscan.workers.work import LIGHT_SIZE, RunWork, Work, run_here

__all__ = ["LIGHT_SIZE", "RunWork", "Work", "run_here"]
