"""
Runners: what works on the runs. `thread` is this process; a cluster is an extra of a later release.

`run_status` says whether a process still works on a run, and imports nothing of the runner.
"""
