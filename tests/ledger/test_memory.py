"""The store and the vault in memory keep the promise."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.ledger.promise import Damage, StorePromise, VaultPromise

from hotwash.ledger.memory import MemoryStore, MemoryVault


class TestMemoryStore(StorePromise):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def damage(self, store: MemoryStore) -> Damage:
        def change(stream: str, number: int) -> None:
            kept = store._streams[stream]
            kept[number - 1] = replace(kept[number - 1], kind="changed")

        return change


class TestMemoryVault(VaultPromise):
    @pytest.fixture
    def vault(self) -> MemoryVault:
        return MemoryVault()

    @pytest.fixture
    def damage(self, vault: MemoryVault) -> Callable[[str], None]:
        def change(digest: str) -> None:
            vault._kept[digest] = b"something else"

        return change
