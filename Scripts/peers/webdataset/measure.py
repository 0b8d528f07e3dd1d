#!/usr/bin/env python3
"""WebDataset with zstd on what `retort bench shards --keep FOLDER` left; one JSON object.

    python3 measure.py FOLDER/set --work read|write|zstd|zstd-single

read: our archive through `zstd -dc`, sample by sample, arrays decoded, in one process.
write: the same samples through TarWriter into a stream of `zstd -3`, which has a thread of its own.
zstd: `zstd -d` alone on the same file; it decodes in one thread and writes in another.
zstd-single: the same with --no-asyncio, all in one thread.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

# Last, as this folder has the name of the package.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import measuring


def reader(path):
    import webdataset

    return webdataset.WebDataset(
        f"pipe:zstd -dc {path}", shardshuffle=False, empty_check=False).decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=pathlib.Path)
    parser.add_argument("--work", choices=("read", "write", "zstd", "zstd-single"), default="read")
    measuring.add_arguments(parser)
    asked = parser.parse_args()
    [archive] = asked.set.glob("*.tar.zst")
    size = int(subprocess.run(
        f"zstd -dc {archive} | wc -c", shell=True, capture_output=True, check=True).stdout)
    about = {"peer": "zstd" if asked.work.startswith("zstd") else "webdataset", "work": asked.work}

    if asked.work.startswith("zstd"):
        options = ["--no-asyncio"] if asked.work == "zstd-single" else []

        def work():
            subprocess.run(
                ["zstd", "-d", *options, "-q", "-f", archive, "-o", "/dev/null"], check=True)
    elif asked.work == "read":
        def work():
            return sum(1 for sample in reader(archive) if sample["logp.npy"].size)
    else:
        import webdataset

        samples = [
            {key: value for key, value in sample.items() if key != "__url__"}
            for sample in webdataset.WebDataset(
                f"pipe:zstd -dc {archive}", shardshuffle=False, empty_check=False)]

        def work():
            with tempfile.NamedTemporaryFile(dir=asked.set.parent, suffix=".tar.zst") as file:
                with subprocess.Popen(["zstd", "-q", "-3", f"-T{asked.threads}", "-c"],
                                      stdin=subprocess.PIPE, stdout=file) as compressor:
                    with webdataset.TarWriter(compressor.stdin, encoder=False) as writer:
                        for sample in samples:
                            writer.write(sample)
                    compressor.stdin.close()
            return len(samples)

    measuring.measure(
        asked, work, about,
        lambda ms, count: {"mb_per_second": size / ms / 1000, "raw_bytes": size, "samples": count})


if __name__ == "__main__":
    main()
