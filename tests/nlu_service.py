"""Starts the real parse service for tests, the way the bot does."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-nlu" / "bin" / "python"
SECRET = "a-secret-for-tests"


def model_file() -> Path:
    """The model of `kawan train`."""
    data = Path(os.environ.get("KAWAN_DATA_DIR", ROOT / "var"))
    return data.resolve() / "model" / "kawan-nlu.tar.gz"


@contextmanager
def running_service(folder: Path, seconds: float = 90.0) -> Iterator[tuple[str, str]]:
    """(socket, secret) of a service that is ready; ends it afterwards."""
    socket = str(folder / "nlu.sock")
    assert model_file().exists(), "no trained model: run `make train`"
    log = (folder / "nlu.log").open("wb")
    child = subprocess.Popen(
        [str(PYTHON), "-m", "nlu.server", "--model", str(model_file()), "--uds", socket, "--watch-stdin"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log,
        env={**os.environ, "KAWAN_NLU_SECRET": SECRET, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    try:
        _wait(child, socket, time.monotonic() + seconds, folder / "nlu.log")
        yield socket, SECRET
    finally:
        child.terminate()
        child.wait(10)
        log.close()


def _wait(child: "subprocess.Popen[bytes]", socket: str, end: float, log: Path) -> None:
    with httpx.Client(transport=httpx.HTTPTransport(uds=socket), base_url="http://nlu") as client:
        while time.monotonic() < end:
            assert child.poll() is None, log.read_text()[-2000:]
            try:
                if client.get("/ready").status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
    raise AssertionError("the parse service was not ready in time: " + log.read_text()[-2000:])
