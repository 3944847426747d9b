"""`python -m services.outreach [all|api|relay|consume|project|migrate]`."""

import sys

from chassis.process import main
from services.outreach.app import build
from services.outreach.settings import OutreachSettings

if __name__ == "__main__":
    settings = OutreachSettings()
    main(settings, lambda: build(settings), sys.argv[1:])
