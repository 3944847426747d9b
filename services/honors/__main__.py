"""`python -m services.honors [all|api|relay|migrate]`."""

import sys

from chassis.process import main
from services.honors.app import build
from services.honors.settings import HonorsSettings

if __name__ == "__main__":
    settings = HonorsSettings()
    main(settings, lambda: build(settings), sys.argv[1:])
