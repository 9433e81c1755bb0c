"""An installation whose vault is a bucket of a real S3 server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.conf import LazySettings
from django.test import Client
from tests.api.speaking import declared, installation, speaker, whole
from tests.connect import s3 as here

from hotwash.connect import s3
from hotwash.web.door import desk
from hotwash.web.options import Options

pytestmark = pytest.mark.real("moto")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with here.server(tmp_path_factory.mktemp("moto")) as url:
        client: Any = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=here.KEY,
            aws_secret_access_key=here.SECRET,
        )
        client.create_bucket(Bucket=here.BUCKET)
        client.close()
        yield url


def test_an_installation_keeps_its_evidence_in_the_bucket(
    server: str, sqlite: Options, tmp_path: Path, settings: LazySettings
) -> None:
    settings.HOTWASH = replace(settings.HOTWASH, s3=here.words(server))
    with installation(tmp_path):
        ana = speaker("ana", "administrator")
        incident = declared(ana)
        sent = ana.send(f"/incidents/{incident}/evidence", b"a,b\n1,2\n")
        assert sent.status_code == 201, sent.content
        entry = sent.json()["entries"][-1]
        assert list(s3.vault(here.words(server)).digests()) == [entry["body"]["digest"]]
        got = ana.ask("GET", f"/incidents/{incident}/evidence/{entry['number']}")
        assert whole(got) == b"a,b\n1,2\n"
        parts = {one["part"]: one["well"] for one in Client().get("/health/ready").json()["parts"]}
        assert parts == {"database": True, "vault": True, "worker": False}
        assert not (tmp_path / "vault").exists()


def test_a_vault_that_is_away_is_said_and_nothing_is_recorded(
    sqlite: Options, tmp_path: Path, settings: LazySettings
) -> None:
    settings.HOTWASH = replace(settings.HOTWASH, s3=here.words("http://127.0.0.1:9"))
    with installation(tmp_path):
        ana = speaker("ana", "administrator")
        incident = declared(ana)
        before = desk().store.head(f"incident/{incident}")
        refused = ana.send(f"/incidents/{incident}/evidence", b"a,b\n1,2\n")
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:hotwash:problem:vault-away")
        assert desk().store.head(f"incident/{incident}") == before
        answer = Client().get("/health/ready")
        assert answer.status_code == 503
        assert "The store of the vault does not answer." in answer.content.decode()
