"""Keeps Rasa from writing what people say, or anything else at length, into a log."""

import logging
import os
import warnings

# Read by Rasa and the libraries under it when they are imported. One thread each: sums in a fixed
# order make training repeatable, and two threads of the sentence model only spin.
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
_LOUD = ("rasa", "aiohttp.access", "tensorflow", "matplotlib", "asyncio", "apscheduler", "dask")


def quiet() -> None:
    """Rasa's structured log goes through `logging` at INFO (its default prints each message);
    above that, its own loggers and those of its libraries say warnings only."""
    os.environ.update(ENVIRONMENT)
    warnings.filterwarnings("ignore")
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.INFO)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
