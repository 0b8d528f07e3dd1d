#!/usr/bin/env python3
"""Stands between `retort` and a live server and writes down what they say to each other.

    python3 Scripts/peers/remote/record.py http://127.0.0.1:18080 exchanges.jsonl --port 18081

Each line of the file is one exchange: `{"method", "path", "request", "status", "response"}`, both
bodies as JSON. `Tests/TeachingTests/Exchanges` holds such files: `Scripts/test` plays them back, so
that what a real server answered is tested without one. Ends with the signal that ends it.
"""

import argparse
import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("server", help="address without /v1")
    parser.add_argument("file")
    parser.add_argument("--port", type=int, default=18081)
    arguments = parser.parse_args()
    lock = threading.Lock()
    out = open(arguments.file, "w")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            request = urllib.request.Request(
                arguments.server + self.path, data=body or None, method=self.command
            )
            if body:
                request.add_header("Content-Type", "application/json")
            try:
                with urllib.request.urlopen(request) as answer:
                    status, text = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                status, text = error.code, error.read()
            try:
                response = json.loads(text)
            except ValueError:
                response = text.decode(errors="replace")
            line = {
                "method": self.command,
                "path": self.path,
                "request": json.loads(body) if body else None,
                "status": status,
                "response": response,
            }
            with lock:
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                out.flush()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = forward

        def log_message(self, *_):
            pass

    ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
