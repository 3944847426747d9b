"""Runs the gateway: `python -m gateway [all|api]`."""

import sys

from chassis import process
from gateway.app import build
from gateway.settings import GatewaySettings

if __name__ == "__main__":
    settings = GatewaySettings()
    process.main(settings, lambda: build(settings), sys.argv[1:])
