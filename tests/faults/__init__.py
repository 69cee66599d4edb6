"""What is promised when things break: real processes killed, servers restarted, disks full, clocks turned; counted.

`make test` runs a short form of each; `make faults` the long one, whose counts stand in docs/reliability.md.
"""
