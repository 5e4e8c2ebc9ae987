"""Token buckets: never more than a second's worth at once, and a debt is paid first."""

from __future__ import annotations

from common.rate import TokenBucket


class Watch:
    """Seconds that pass when they are told to."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_fills_at_its_rate_and_no_further() -> None:
    watch = Watch()
    bucket = TokenBucket(10, watch)
    assert bucket.available() == 10
    bucket.take(10)
    assert bucket.available() == 0
    watch.seconds = 0.5
    assert bucket.available() == 5
    watch.seconds = 60
    assert bucket.available() == 10


def test_a_slow_sender_still_sends_one() -> None:
    watch = Watch()
    bucket = TokenBucket(0.1, watch)
    assert bucket.available() == 1
    bucket.take(2)
    watch.seconds = 10
    assert bucket.available() == 0
    watch.seconds = 20
    assert bucket.available() == 1
