"""`python -m services.plans [all|api|relay|consume|migrate]`."""

import sys

from chassis.process import main
from services.plans.app import build
from services.plans.settings import PlansSettings

if __name__ == "__main__":
    settings = PlansSettings()
    main(settings, lambda: build(settings), sys.argv[1:])
