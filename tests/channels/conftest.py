"""Fixtures of the channel tests; each adapter's harness names its own cases for the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.provider import Provider, a_provider
from tests.sandbox.running import Box, Product, a_product, running


@pytest.fixture(scope="session")
def one_provider() -> Iterator[Provider]:
    with a_provider() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: Provider) -> Provider:
    """A provider that nobody has asked anything yet."""
    one_provider.asked.clear()
    return one_provider


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """What the sandbox calls; each file's own, for an adapter's webhooks may stand behind it."""
    with a_product() as product:
        yield product


@pytest.fixture(scope="module")
def running_box(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, product: Product
) -> Iterator[Box]:
    """A sandbox with the `SANDBOX_OPTIONS` of the test's file, if it has any."""
    options = getattr(request.module, "SANDBOX_OPTIONS", ())
    with running(tmp_path_factory.mktemp("sandbox"), product, *options) as box:
        yield box


@pytest.fixture
def box(running_box: Box, product: Product) -> Box:
    """The sandbox with nothing in it."""
    running_box.call("POST", "/_sandbox/reset", {})
    product.calls.clear()
    return running_box


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `fixture` and `failure` their values from the harness of the test's class."""
    harness = getattr(metafunc.cls, "harness", None)
    if harness is None:
        return
    for name, cases in (("fixture", harness.fixtures()), ("failure", harness.failures())):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=[case.name for case in cases])
