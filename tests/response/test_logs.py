"""Where a question asked in an incident may read: in the folders of the installation, also from databases there."""

from pathlib import Path

import pytest

from hotwash.response.inquiries import within
from hotwash.response.request import BadRequest


def test_a_database_lies_in_the_folders_or_is_refused(tmp_path: Path) -> None:
    folders = [tmp_path / "logs"]
    folders[0].mkdir()
    inside = f"{folders[0]}/a.db"
    assert within(f"sqlite:///{inside}#decisions", folders=folders) == f"sqlite:///{inside}#decisions"
    assert within("duckdb:///sub/a.duckdb#s.t", folders=folders) == f"duckdb:///{folders[0]}/sub/a.duckdb#s.t"
    for outside in (f"sqlite:///{tmp_path}/a.db#t", "sqlite:///../a.db#t", f"duckdb:///{inside}/../../a.duckdb#t"):
        with pytest.raises(BadRequest, match="outside the folders"):
            within(outside, folders=folders)
    with pytest.raises(BadRequest, match="names no table"):
        within(f"sqlite:///{inside}", folders=folders)


@pytest.mark.parametrize(
    "source", ["postgresql://10.0.0.1/base#t", "spark://local[2]#t", "ibis+trino://host/c#t", "http://host/x.csv"]
)
def test_an_address_on_the_network_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(BadRequest, match="on the network"):
        within(source, folders=[tmp_path])
