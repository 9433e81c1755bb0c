"""Conversations of a generative system as evidence, from a real MLflow server."""

import json
from datetime import UTC, datetime

import pytest
from tests import mlflow as real

from hotwash.connect.mlflow import Mlflow
from hotwash.response.outside import Refused

pytestmark = [pytest.mark.real("mlflow"), pytest.mark.xdist_group("mlflow")]


@pytest.fixture(scope="module")
def chats(mlflow_server: real.Server) -> str:
    """An experiment with a conversation for each of three days, the second with an insult."""
    name = "chats"
    experiment = mlflow_server.call("POST", "2.0/mlflow/experiments/create", name=name)["experiment_id"]
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}}
    for day, answer in enumerate(("Sure", "You are an idiot", "Of course"), 20):
        info = {
            "trace_id": f"tr-{day:032x}",
            "trace_location": place,
            "request_time": f"2026-11-{day}T10:00:00Z",
            "execution_duration": "0.5s",
            "state": "OK",
            "request_preview": "Where is my refund?",
            "response_preview": answer,
            "tags": {"harm": "insult" if "idiot" in answer else "none"},
            "trace_metadata": {
                "mlflow.modelId": "m-3",
                "mlflow.source.git.commit": "c" * 40,
                "mlflow.trace.session": "s1",
                "mlflow.trace.user": "u1",
            },
        }
        mlflow_server.call("POST", "3.0/mlflow/traces", trace={"trace_info": info})
    at = "2026-11-22T09:00:00Z"
    judged = {
        "assessment_name": "toxicity",
        "trace_id": f"tr-{21:032x}",
        "source": {"source_type": "HUMAN", "source_id": "ana"},
        "create_time": at,
        "last_update_time": at,
        "feedback": {"value": True},
    }
    mlflow_server.call("POST", f"3.0/mlflow/traces/{judged['trace_id']}/assessments", assessment=judged)
    return name


def test_an_insult_is_found_with_what_made_it(mlflow: Mlflow, chats: str) -> None:
    (trace,) = mlflow.traces(chats, where="tags.harm = 'insult'")
    assert (trace.request, trace.response) == ("Where is my refund?", "You are an idiot")
    assert (trace.model, trace.commit, trace.session, trace.user) == ("m-3", "c" * 40, "s1", "u1")
    assert trace.at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert trace.assessments == {"toxicity": "True"}
    assert trace.tags == {"harm": "insult"}
    assert json.loads(trace.raw)["trace_id"] == trace.id


def test_a_time_is_a_half_open_range(mlflow: Mlflow, chats: str) -> None:
    since, until = datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert [one.at.day for one in mlflow.traces(chats, since=since, until=until)] == [21, 20]


def test_no_more_come_than_were_asked_for(mlflow: Mlflow, chats: str) -> None:
    assert [one.at.day for one in mlflow.traces(chats, rows_max=2)] == [22, 21]


def test_the_same_trace_gives_the_same_bytes(mlflow: Mlflow, chats: str) -> None:
    assert [one.raw for one in mlflow.traces(chats)] == [one.raw for one in mlflow.traces(chats)]


def test_a_wrong_filter_is_refused_in_mlflows_words(mlflow: Mlflow, chats: str) -> None:
    with pytest.raises(Refused, match="Invalid attribute key 'foo'"):
        mlflow.traces(chats, where="foo = 1")
