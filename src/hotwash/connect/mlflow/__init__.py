"""MLflow over REST: its registry of models, its webhooks, its traces."""

from hotwash.connect.mlflow.registry import Mlflow
from hotwash.connect.mlflow.webhooks import webhook

__all__ = ["Mlflow", "webhook"]
