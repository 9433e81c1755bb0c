"""The case file: a record with its evidence, seals and custody as a BagIt bag, to be verified anywhere."""

from hotwash.response.casefile.bag import CaseFile, NoRoom, write_folder, zipped
from hotwash.response.casefile.checking import CaseBroken, Checked, check, is_case
from hotwash.response.casefile.contents import made

__all__ = ["CaseBroken", "CaseFile", "Checked", "NoRoom", "check", "is_case", "made", "write_folder", "zipped"]
