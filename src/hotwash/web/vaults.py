"""Which vault this installation has: a folder of its own, or a bucket of an S3-style store that many machines share."""

from hotwash.ledger.files import FileVault
from hotwash.ledger.store import Vault
from hotwash.web.options import Options
from hotwash.web.vault_keys import key_source


def vault(options: Options) -> Vault:
    """The vault of an installation.

    :raises OutsideFault: if it is an S3 store, and the extra ``s3`` is not installed
    """
    if options.s3:
        from hotwash.connect import s3

        return s3.vault(options.s3, keys=key_source(options))
    return FileVault(options.vault, keys=key_source(options))
