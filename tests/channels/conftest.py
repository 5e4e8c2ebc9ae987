"""Fixtures of the channel tests; each adapter's harness names its own cases for the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.provider import Provider, a_provider


@pytest.fixture(scope="session")
def one_provider() -> Iterator[Provider]:
    with a_provider() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: Provider) -> Provider:
    """A provider that nobody has asked anything yet."""
    one_provider.asked.clear()
    return one_provider


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `fixture` and `failure` their values from the harness of the test's class."""
    harness = getattr(metafunc.cls, "harness", None)
    if harness is None:
        return
    for name, cases in (("fixture", harness.fixtures()), ("failure", harness.failures())):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=[case.name for case in cases])
