"""What Draftmill promises of its speed, measured: ratios in one run, on the practice provider. `make bench` prints them."""
