"""The connection to a source, as it is set up. Every address goes through the guard of `hotwash.web.reaching`."""

from typing import TYPE_CHECKING

from hotwash.web.pulls.kinds import Arize, Phoenix, WhyLabs
from hotwash.web.reaching import inside

if TYPE_CHECKING:
    from hotwash.connect.arize import Monitors
    from hotwash.connect.phoenix import Phoenix as Project
    from hotwash.connect.whylabs import Results

TIMEOUT_S = 30.0


def phoenix(found: Phoenix, secret: str) -> "Project":
    """A project of a Phoenix server."""
    from hotwash.connect import phoenix as connector
    from hotwash.connect.reachable import client

    head = connector.headers(secret)
    return connector.Phoenix(
        client(connector.SYSTEM, found.url, inside=inside(), headers=head, timeout_s=TIMEOUT_S), found.project
    )


def arize(found: Arize, secret: str) -> "Monitors":
    """The monitors of Arize AX."""
    from hotwash.connect import arize as connector
    from hotwash.connect.reachable import client

    head = {"Authorization": f"Bearer {secret}"} if secret else {}
    wire = client(connector.SYSTEM, found.url, inside=inside(), headers=head, timeout_s=TIMEOUT_S)
    return connector.Monitors(wire, space=found.space, project=found.project)


def whylabs(found: WhyLabs, secret: str) -> "Results":
    """The results of WhyLabs."""
    from hotwash.connect import whylabs as connector
    from hotwash.connect.reachable import client

    head = {"X-API-Key": secret} if secret else {}
    wire = client(connector.SYSTEM, found.url, inside=inside(), headers=head, timeout_s=TIMEOUT_S)
    return connector.Results(wire, organisation=found.organisation, dataset=found.dataset)
