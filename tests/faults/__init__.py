"""What the fault tests share: a server that stands in front of the practice provider, and how a run is judged."""
