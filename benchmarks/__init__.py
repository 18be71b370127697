"""What Draftmill promises of its speed, measured as ratios in one run on the practice provider: `make bench`."""
