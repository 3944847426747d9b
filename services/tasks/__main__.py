"""`python -m services.tasks [all|api|relay|consume|migrate]`."""

import sys

from chassis.process import main
from services.tasks.app import build
from services.tasks.settings import TasksSettings

if __name__ == "__main__":
    settings = TasksSettings()
    main(settings, lambda: build(settings), sys.argv[1:])
