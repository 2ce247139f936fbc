"""`python -m symdl` is the command `symdl`."""

from symdl.cli import main

main()
