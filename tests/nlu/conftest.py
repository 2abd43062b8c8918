import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from small import ROOT, train, write_project

SECRET = "secret-of-the-tests"


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("project") / "small")


@pytest.fixture(scope="session")
def trained(project, tmp_path_factory):
    """Model file of the small project."""
    out = tmp_path_factory.mktemp("model")
    done = train(project, out)
    assert done.returncode == 0, done.stderr[-3000:]
    return out / "kawan-nlu.tar.gz"


@dataclass
class Service:
    """A parse service that runs; `log` is all it has printed."""

    process: "subprocess.Popen[bytes]"
    url: str
    log: Path

    def ask(self, path, body=None, secret=SECRET):
        """(status, JSON) of one request; bytes are sent as they are."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-Kawan-Secret": secret, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def parse(self, *texts, **more):
        status, answer = self.ask("/parse", {"texts": list(texts), **more})
        assert status == 200, answer
        return answer["results"]


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Starts a parse service with a model file; all are ended after the tests."""
    running = []

    def begin(model, *more, secret=SECRET):
        log = tmp_path_factory.mktemp("service") / "log"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "KAWAN_NLU_SECRET": secret}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "nlu.server", "--model", str(model), "--port", "0", *more],
                cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output,
            )  # fmt: skip
        running.append(process)
        return process, log

    yield begin
    for process in running:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="session")
def service(start, trained):
    process, log = start(trained, "--watch-stdin")
    service = Service(process, address(process, log), log)
    wait_until(lambda: service.ask("/ready")[0] == 200, process, log)
    return service


def address(process, log):
    """Where the service says it listens."""
    mark = "listening on "
    wait_until(lambda: mark in log.read_text(), process, log)
    return "http://" + log.read_text().split(mark)[1].split()[0]


def wait_until(condition, process, log, seconds=90.0):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.05)
