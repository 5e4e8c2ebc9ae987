"""The benchmarks of docs/performance.md: one module each, from the pure machine to the whole road of an answer.

Rules of measuring: what is compared is measured in turns, in the same minute, on the same machine; speed comes with the
physical limit beside it (synced writes, the raw driver) and with what other programs took of the processor meanwhile;
pure code is counted by processor time, so that a busy machine does not change the figure. Load is open-loop: a request
is sent when it is due, not when the one before came back, and latency counts from when it was due.
"""
