"""What the fault tests share: a server that is in front of the practice provider, and how a run is judged."""
