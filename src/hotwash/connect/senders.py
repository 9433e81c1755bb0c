"""Every kind of sender whose bodies are read, by the word in its address."""

from hotwash.connect import (
    alertmanager,
    arize,
    azure,
    cloudevents,
    datadog,
    evidently,
    grafana,
    pagerduty,
    sagemaker,
    sentry,
    whylabs,
)
from hotwash.connect.mlflow import webhooks as mlflow
from hotwash.response.signals import Sender

SENDERS: dict[str, Sender] = {
    sender.name: sender
    for sender in (
        alertmanager.SENDER,
        grafana.SENDER,
        pagerduty.SENDER,
        sentry.SENDER,
        sagemaker.SENDER,
        azure.SENDER,
        datadog.SENDER,
        cloudevents.SENDER,
        arize.SENDER,
        whylabs.SENDER,
        evidently.SENDER,
        mlflow.SENDER,
    )
}
"""The list that pages and addresses read; a new sender is a file and a line here."""
