"""The named ways to run PyTorch, and the libraries that some of them load first."""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("RETORT_PEERS", HERE.parents[2] / ".build" / "peers"))
TCMALLOC = "/usr/lib/{}-linux-gnu/libtcmalloc_minimal.so.4".format(os.uname().machine)

# name: preloads, bf16, compiled
PEERS = {
    "stock": (False, False, False),
    "tuned": (True, False, False),
    "best-eager": (True, True, False),
    "best-compiled": (True, True, True),
    "bf16-stock": (False, True, False),
    "bf16-stock-compiled": (False, True, True),
    "tuned-compiled": (True, False, True),
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


def restart(peer, threads):
    """Starts this program again with the environment of a peer, unless it has it."""
    if os.environ.get("RETORT_PEER") == peer:
        return
    environment = dict(os.environ, RETORT_PEER=peer, OMP_NUM_THREADS=str(threads))
    environment.pop("LD_PRELOAD", None)
    if PEERS[peer][0]:
        environment["LD_PRELOAD"] = preloads()
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)
