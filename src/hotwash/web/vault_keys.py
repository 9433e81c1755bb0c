"""The keys with which this installation seals what lies in its vault: set from outside, or in the data folder."""

from hotwash.ledger.cipher import KeyFile, Keys, KeySource, KeysUnusable
from hotwash.web.options import Options

NAME = "vault-keys"
"""The file in the data folder; `hotwash vault encrypt` makes it."""


def key_source(options: Options) -> KeySource:
    """Says which keys hold now. Those from outside go before the file."""
    if options.vault_key:
        keys = Keys.of(options.vault_key)
        return lambda: keys
    return KeyFile(options.home / NAME)


def key_file(options: Options) -> KeyFile:
    """The file, for whoever changes the keys.

    :raises KeysUnusable: if they are set from outside
    """
    if options.vault_key:
        raise KeysUnusable("The keys are set from outside (HOTWASH_VAULT_KEY): put a new one before them there.")
    return KeyFile(options.home / NAME)
