"""MLflow over REST: its registry of models, an alias as a switch, its webhooks, its traces."""

from hotwash.connect.mlflow.board import AliasBoard
from hotwash.connect.mlflow.registry import Mlflow
from hotwash.connect.mlflow.webhooks import webhook

__all__ = ["AliasBoard", "Mlflow", "webhook"]
