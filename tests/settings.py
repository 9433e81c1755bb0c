"""The product's own settings over a data folder that lives as long as the test run."""

import atexit
import os
import shutil
import tempfile

for _name in [name for name in os.environ if name.startswith("HOTWASH_") and name != "HOTWASH_TEST_DATA"]:
    del os.environ[_name]
# The browser's driver keeps an event loop in the main thread, in which Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ["HOTWASH_HOME"] = tempfile.mkdtemp(prefix="hotwash-tests-")
atexit.register(shutil.rmtree, os.environ["HOTWASH_HOME"], ignore_errors=True)

from hotwash.web.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""The product's own is slow by design; `tests/web/test_frame.py` makes sure that it comes first there."""
