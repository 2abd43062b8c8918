"""A small project to train on: a handful of intents, trained in seconds."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = {
    "help_hotlines": (
        "none",
        ["nomor telepon bantuan anak berapa", "hotline number for kids please", "call siapa kalau "
         "butuh bantuan", "ada nomor darurat ga", "which number do i call", "no hp layanan anak"],
    ),
    "chitchat_greet": (
        "none",
        ["halo kak", "hi there", "pagi min", "hai", "assalamualaikum", "good evening"],
    ),
    "disclosure_trafficking": (
        "critical",
        ["aku dikunci di mess, paspor diambil", "we are locked in and the boss has our papers",
         "besok aku dikirim ke luar negeri sama agen", "adikku dibawa orang ke batam tadi pagi",
         "my cousin is held in a house and cannot leave", "gajiku ditahan dan aku gak boleh keluar"],
    ),
    "disclosure_violence": (
        "high",
        ["bapak mukul aku tiap malam", "my uncle beats me every day", "ibu tiri siram aku air panas",
         "he hits my brother with a belt", "aku ditendang kakak terus", "guru mukul pakai rotan"],
    ),
}  # fmt: skip
CONFIG = """recipe: default.v1
assistant_id: small
language: id
pipeline:
  - name: nlu.components.normaliser.TextNormaliser
  - name: nlu.components.ngrams.NgramFeaturizer
    min_df: 1
{vectors}  - name: nlu.components.intents.IntentHead
    processes: 1
  - name: nlu.components.risk.RiskHead
    processes: 1
policies: []
"""
VECTORS = "  - name: nlu.components.sentence.SentenceVectors\n"


def write_project(folder: Path, vectors: bool = True) -> Path:
    """Configuration, domain and data of a small model in `folder`."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "config.yml").write_text(CONFIG.format(vectors=VECTORS if vectors else ""))
    lines = "".join(f"  - {name}\n" for name in DATA)
    (folder / "domain.yml").write_text(f'version: "3.1"\nintents:\n{lines}')
    for name, (risk, texts) in DATA.items():
        examples = "".join(f"      - {text}\n" for text in texts)
        (data / f"{name}.id.yml").write_text(
            f'version: "3.1"\nnlu:\n  - intent: {name}\n    metadata: {{risk: {risk}, about: self}}'
            f"\n    examples: |\n{examples}"
        )
    return folder


def train(project: Path, out: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Runs `python -m nlu.train` as people do."""
    return subprocess.run(
        [sys.executable, "-m", "nlu.train", "--out", str(out), "--config",
         str(project / "config.yml"), "--domain", str(project / "domain.yml"),
         "--data", str(project / "data"), *more],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
