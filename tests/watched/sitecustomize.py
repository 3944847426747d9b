"""Python imports this when a process starts that has this folder on its path: the watcher looks on there too."""

import os
from pathlib import Path

if report := os.environ.get("LANTOA_TEST_SCANS"):
    from pymongo import monitoring

    from tests.scans import Watcher

    monitoring.register(Watcher(Path(report), url=os.environ.get("LANTOA_MONGO_URL", "")))
