"""Imports: what a row of each kind becomes, and the jobs that check a file first and write its good rows later."""
