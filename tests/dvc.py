"""A repository whose history real DVC made, from its environment in `tests.envs`; and what DVC itself says of it."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.envs import place

MADE = '''
import json, os, subprocess, sys
from pathlib import Path
from dvc.cli import main

def git(*words):
    subprocess.run(["git", *words], check=True, stdout=subprocess.DEVNULL)

def dvc(*words):
    assert main([*words]) == 0, words

def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text.encode())

def commit(tag, day):
    dvc("repro", "--quiet")
    dvc("push", "--quiet")
    at = f"2026-11-{day}T10:00:00+01:00"
    os.environ["GIT_AUTHOR_DATE"] = os.environ["GIT_COMMITTER_DATE"] = at
    git("add", "-A"); git("commit", "-qm", f"Data of {tag}"); git("tag", tag)

git("init", "-q", "-b", "main"); git("config", "user.name", "ana"); git("config", "user.email", "ana@example.org")
dvc("init", "--quiet")
dvc("remote", "add", "-d", "store", "../store", "--quiet")
def train(version):
    rows = "".join(f"q{n},{version}\\r\\n" for n in range(200))
    write("data/train.csv", "text,label\\r\\n" + rows)

train(1)
for name in ("f1", "f2", "f3"):
    write(f"data/raw/{name}.txt", name)
write("data/Füße und Hände.csv", "a,b\\n1,2\\n")
write("work/dvc.yaml", """
stages:
  split:
    wdir: ../data
    cmd: >-
      python -c "d = open('train.csv').read(); open('half.csv', 'w').write(d[: len(d) // 2])"
    deps: [train.csv]
    outs: [half.csv]
  count:
    foreach: [EU, US]
    do:
      wdir: ../data
      cmd: >-
        python -c "open('count ${item}.txt', 'w').write(str(len(open('train.csv').read())) + '${item}')"
      deps: [train.csv]
      outs: ["count ${item}.txt"]
""")
Path("dvc.yaml").write_text("stages: {}\\n")
dvc("add", "data/train.csv", "data/raw", "data/Füße und Hände.csv", "--quiet")
dvc("repro", "work/dvc.yaml", "--quiet")
commit("v1", 20)
train(2)
write("data/raw/f2.txt", "another"); write("data/raw/f4.txt", "f4"); Path("data/raw/f1.txt").unlink()
dvc("add", "data/train.csv", "data/raw", "--quiet"); dvc("repro", "work/dvc.yaml", "--quiet")
commit("v2", 21)
train(1)
dvc("add", "data/train.csv", "--quiet"); dvc("remove", "data/Füße und Hände.csv.dvc", "--quiet")
write("data/new.csv", "c\\n3\\n"); dvc("add", "data/new.csv", "--quiet"); dvc("repro", "work/dvc.yaml", "--quiet")
commit("v3", 22)
diff = lambda *two: json.loads(subprocess.check_output(["dvc", "diff", *two, "--json", "--show-hash"]))
said = {f"{a} {b}": diff(a, b) for a, b in (("v1", "v2"), ("v2", "v3"))}
Path("../said.json").write_text(json.dumps(said))
'''


@dataclass(frozen=True, slots=True)
class History:
    """A repository with the tags v1 to v3, the folder of its remote, and what `dvc diff --json` says."""

    repository: Path
    store: Path
    said: dict[str, Any]


def history(folder: Path) -> History:
    """Let DVC make one."""
    repository = folder / "repository"
    repository.mkdir()
    python = place("dvc") / "bin" / "python"
    env = {
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(folder / "site"),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [python, "-c", MADE], cwd=repository, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise RuntimeError(f"DVC did not make a history: {done.stderr[-3000:]}")
    return History(repository, folder / "store", json.loads((folder / "said.json").read_text()))
