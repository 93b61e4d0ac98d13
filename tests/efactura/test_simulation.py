"""Some runs of the simulation; the many are `python -m bench.spv_simulation`."""

import pytest

from tests.efactura.simulation.invariants import Broken
from tests.efactura.simulation.run import simulate


@pytest.mark.parametrize("first", range(1, 21, 5))
def test_whatever_happens_each_invoice_has_one_index_and_a_next_step(db, first):
    outcomes = [simulate(seed, over_http=seed % 10 == 0) for seed in range(first, first + 5)]
    assert sum(outcome.documents for outcome in outcomes) >= 1


@pytest.mark.parametrize("without", ["unknown", "claim"])
def test_without_what_protects_an_invoice_is_uploaded_twice(db, without):
    with pytest.raises(Broken, match=r"seed \d+: uploaded again while SPV has it"):
        for seed in range(1, 40):
            simulate(seed, without=without)
