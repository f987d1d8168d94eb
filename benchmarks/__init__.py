"""`python -m benchmarks NAME`: how fast, measured so that it means something on a noisy machine.

Medians of several runs; what is compared is run in turns, in one run of the programme, and given as a ratio.
"""
