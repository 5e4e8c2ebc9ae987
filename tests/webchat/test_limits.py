"""The caps: messages a minute, and requests held open."""

from __future__ import annotations

import threading

from bots.webchat.limits import Pace, Seats


def test_a_page_may_send_a_burst_and_then_waits() -> None:
    pace = Pace(per_minute=60, burst=3)
    assert [pace.take("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 0.9 < pace.take("a") <= 1.0
    assert pace.take("b") == 0.0


def test_a_page_that_waited_may_send_again() -> None:
    pace = Pace(per_minute=60_000, burst=1)
    assert pace.take("a") == 0.0
    threading.Event().wait(pace.take("a") + 0.01)
    assert pace.take("a") == 0.0


def test_idle_pages_are_forgotten() -> None:
    pace = Pace(per_minute=60_000_000, burst=1)
    for number in range(20_500):
        pace.take(str(number))
    assert len(pace._left) < 20_000


def test_seats_are_few_and_come_back() -> None:
    seats = Seats(total=2, per_page=2)
    first, second = seats.take("a"), seats.take("b")
    assert first is not None
    assert second is not None
    assert seats.take("c") is None
    seats.release(first)
    seats.release(first)
    assert seats.taken == 1
    assert seats.take("c") is not None


def test_a_page_s_third_stream_takes_the_place_of_its_oldest() -> None:
    seats = Seats(total=10, per_page=2)
    oldest, newer = seats.take("a"), seats.take("a")
    assert oldest is not None
    assert newer is not None
    woken: list[str] = []
    oldest.wake = lambda: woken.append("oldest")
    assert seats.take("a") is not None
    assert (oldest.left, newer.left, woken) == (True, False, ["oldest"])
    assert seats.taken == 2
    seats.release(oldest)
    assert seats.taken == 2


def test_a_full_house_lets_a_page_replace_its_own_stream() -> None:
    seats = Seats(total=2, per_page=1)
    assert seats.take("a") is not None
    assert seats.take("b") is not None
    assert seats.take("a") is not None
    assert seats.take("c") is None
    assert seats.taken == 2


def test_many_threads_never_get_more_seats_than_there_are() -> None:
    seats = Seats(total=5, per_page=2)
    most: list[int] = []

    def come_and_go(page: str) -> None:
        for _ in range(200):
            seat = seats.take(page)
            most.append(seats.taken)
            if seat is not None:
                seats.release(seat)

    threads = [threading.Thread(target=come_and_go, args=(str(number % 4),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 5
    assert seats.taken == 0
