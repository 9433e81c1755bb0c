"""Seals a vault that lay there plain, or with an older key, while people go on working."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from hotwash.ledger.cipher import Keys, KeysUnusable, id_of
from hotwash.ledger.entry import ChainBroken
from hotwash.ledger.store import SealingVault
from hotwash.web.options import Options
from hotwash.web.vault_keys import key_file, key_source
from hotwash.web.vaults import vault

PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a vault lies there.

    :param newest: the id of the key that seals now; empty if none does
    :param files: how many files there are by the id of the key that sealed them, or `PLAIN`
    :param broken: files that are not as they were, or whose key is not here; they were left as they are
    """

    newest: str
    files: dict[str, int]
    keys: tuple[str, ...]
    sealed: int = 0
    dropped: int = 0
    broken: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything is sealed with the newest key."""
        return bool(self.newest) and not self.broken and set(self.files) <= {self.newest}


def standing(options: Options) -> Standing:
    """How the vault lies there now."""
    keys, kept = key_source(options)(), _vault(options)
    return Standing(_newest(keys), _files(kept), _ids(keys))


def encrypt(options: Options, *, tell: Callable[[str], None] = lambda _: None) -> Standing:
    """Seal everything that is plain or sealed with an older key; the first time with a new key.

    :raises KeysUnusable: if the keys cannot be used
    """
    if key_source(options)() is None:
        file = key_file(options)
        file.keep(Keys.fresh())
        tell(f"A new key lies in {file.path}. Keep a copy elsewhere: without it the vault cannot be read.")
    return _sealed(options, tell, dropped=0)


def rotate(options: Options, *, tell: Callable[[str], None] = lambda _: None) -> Standing:
    """Seal everything with a new key. Keys that sealed nothing any more before it are dropped.

    The key that was newest until now stays until the next rotation: a server may just be sealing with it.

    :raises KeysUnusable: if there is no key yet, or the keys are set from outside
    """
    file = key_file(options)
    keys = file()
    if keys is None:
        raise KeysUnusable("The vault is not sealed yet: say `hotwash vault encrypt` first.")
    used = set(_files(_vault(options)))
    kept = tuple(one for place, one in enumerate(keys.masters) if place == 0 or id_of(one).hex() in used)
    file.keep(Keys(kept).with_new())
    return _sealed(options, tell, dropped=len(keys.masters) - len(kept))


def _sealed(options: Options, tell: Callable[[str], None], *, dropped: int) -> Standing:
    kept = _vault(options)
    done, broken = 0, []
    for digest in kept.digests():
        try:
            done += kept.seal_anew(digest)
        except LookupError:
            continue  # erased meanwhile
        except ChainBroken as wrong:
            broken.append(str(wrong))
            continue
        if done and not done % 1_000:
            tell(f"{done:,} files sealed …")
    keys = key_source(options)()
    return Standing(_newest(keys), _files(kept), _ids(keys), done, dropped, tuple(broken))


def _vault(options: Options) -> SealingVault:
    kept = vault(options)
    if not isinstance(kept, SealingVault):
        raise KeysUnusable("What keeps the vault's bytes here does not seal them: let the store itself do so.")
    return kept


def _files(kept: SealingVault) -> dict[str, int]:
    found: Counter[str] = Counter()
    for digest in kept.digests():
        try:
            key = kept.key_of(digest)
        except LookupError:
            continue
        found[key.hex() if key else PLAIN] += 1
    return dict(sorted(found.items()))


def _ids(keys: Keys | None) -> tuple[str, ...]:
    return tuple(id_of(one).hex() for one in keys.masters) if keys else ()


def _newest(keys: Keys | None) -> str:
    return id_of(keys.masters[0]).hex() if keys else ""
