"""The named ways of running PyTorch, and the libraries that some of them load first."""
import os
import pathlib
import subprocess
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("RETORT_PEERS", HERE.parents[2] / ".build" / "peers"))
TCMALLOC = "/usr/lib/{}-linux-gnu/libtcmalloc_minimal.so.4".format(os.uname().machine)


class Way(NamedTuple):
    preloads: bool = False
    bf16: bool = False
    compiled: bool = False


WAYS = {
    # The three that claims are made against; of `best`, the faster one.
    "stock": Way(),
    "tuned": Way(preloads=True),
    "best-eager": Way(preloads=True, bf16=True),
    "best-compiled": Way(preloads=True, bf16=True, compiled=True),
    # To see what each knob is worth.
    "tuned-compiled": Way(preloads=True, compiled=True),
    "bf16-eager": Way(bf16=True),
    "bf16-compiled": Way(bf16=True, compiled=True),
}


def intel_check():
    """The shared object that lets MKL see the processor, compiled if need be."""
    library = BUILD / "intel_check.so"
    source = HERE / "intel_check.c"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    return str(library)


def preloads():
    if not os.path.exists(TCMALLOC):
        raise SystemExit(f"{TCMALLOC} is missing: apt-get install libtcmalloc-minimal4")
    return f"{intel_check()}:{TCMALLOC}"


def restart(way, threads):
    """Starts this program again with the environment of a way, unless it has it."""
    if os.environ.get("RETORT_PEER") == way:
        return
    environment = dict(os.environ, RETORT_PEER=way, OMP_NUM_THREADS=str(threads))
    environment.pop("LD_PRELOAD", None)
    if WAYS[way].preloads:
        environment["LD_PRELOAD"] = preloads()
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)
