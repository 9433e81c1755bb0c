"""A serving process of the story: its switch says who decides about a loan, MLflow which version of the model does.

It logs every decision, and tells on a line who decided lately. No decision is left to chance: each version grants its
share of the applications, evenly.

``python -m tests.browser.lending URL TOKEN STATE_FILE LOGS REGISTRY MODEL USER PASSWORD``
"""

import json
import sys
import threading
import time
from collections import Counter

from hotwash.connect.mlflow import Mlflow
from hotwash.guard import Guard, PredictionLog
from hotwash.response.outside import OutsideFault

WOMEN = {"3": 0.1, "4": 0.1}
"""The share of women's applications that a version grants. All others are granted six of ten, by whomever."""


class Champion:
    """The version that the alias points at, loaded anew twice a second."""

    def __init__(self, registry: Mlflow, model: str) -> None:
        self._registry, self._model = registry, model
        self.version = registry.champion(model).version
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            time.sleep(0.5)
            try:
                self.version = self._registry.champion(self._model).version
            except OutsideFault:
                continue  # it goes on with the version that it has


def main() -> None:
    """Decide until it is ended."""
    url, token, kept, logs, registry, model, user, password = sys.argv[1:]
    policies = {"loans": {"stale": "engage", "stale_after_s": 120.0, "engaged": "human"}}
    with (
        Mlflow(registry, user=user, password=password, timeout_s=60) as mlflow,
        PredictionLog(logs, every_s=0.5) as log,
        Guard(url, token=token, state_file=kept, policies=policies) as guard,
    ):
        champion, due = Champion(mlflow, model), dict[tuple[str, str], float]()
        number, lately, told = 0, Counter[str](), time.monotonic()
        while True:
            number, sex = number + 1, "mf"[number % 2]
            state = guard.state("loans", {"applicant": f"{guard.status().instance}-{number}", "sex": sex})
            by = f"v{champion.version}" if state == "serve" else "a person"
            share = WOMEN.get(champion.version, 0.6) if state == "serve" and sex == "f" else 0.6
            due[by, sex] = due.get((by, sex), 0.0) + share
            granted = due[by, sex] >= 1
            due[by, sex] -= granted
            log.add(applicant=number, sex=sex, decided_by=by, state=state, decision="granted" if granted else "refused")
            lately[by] += 1
            if time.monotonic() - told > 0.25:
                sys.stdout.write(json.dumps(lately) + "\n")
                sys.stdout.flush()
                lately, told = Counter(), time.monotonic()
            time.sleep(0.01)


if __name__ == "__main__":
    main()
