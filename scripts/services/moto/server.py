#!/usr/bin/env python3
"""KMS and the rest of Amazon on loopback, for tests: the moto server, whose KMS keys survive a kill.

moto keeps everything in memory. What is encrypted under a KMS key would be lost for good with it, so after
each change of a key, and before the change is answered, the symmetric keys are written to a file. Everything
else (S3, Secrets Manager, SES, …) is gone with the process. The keys lie in the clear: for tests only.

    server.py PORT FILE [ADDRESS]     ADDRESS: where to listen, 127.0.0.1 unless given
"""

import logging
import os
import pickle
import signal
import sys
import threading

from moto.kms.models import kms_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

READING = ("Decrypt", "Describe", "Encrypt", "Generate", "Get", "List", "ReEncrypt")
SYMMETRIC = "SYMMETRIC_DEFAULT"


class KeyFile:
    """The keys and their tags, by account and region."""

    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.saved = None

    def load(self):
        if not os.path.exists(self.path):
            return
        with open(self.path, "rb") as file:
            for account, region, keys, tags in pickle.load(file):
                backend = kms_backends[account][region]
                backend.keys, backend.tagger.tags = keys, tags

    def save(self, only_new):
        """Writes all keys; with `only_new` only if there is one that the file lacks."""
        with self.lock:
            names = {name for regions in list(kms_backends.values()) for backend in list(regions.values()) for name in list(backend.keys)}
            if only_new and names == self.saved:
                return
            states = [(account, region, self.symmetric(backend), backend.tagger.tags)
                      for account, regions in list(kms_backends.items()) for region, backend in list(regions.items())]
            with open(self.path + ".new", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                pickle.dump(states, file)
            os.replace(self.path + ".new", self.path)
            self.saved = names

    @staticmethod
    def symmetric(backend):
        found = {}
        for name, key in list(backend.keys.items()):
            if key.key_spec == SYMMETRIC:
                found[name] = key.__class__.__new__(key.__class__)
                # A key pair that moto makes for every key, and that cannot be written.
                found[name].__dict__ = {**key.__dict__, "private_key": None}
        return found


class KeysKept:
    """Answers a call that may have changed a key only when the keys are written."""

    def __init__(self, app, keys):
        self.app, self.keys = app, keys

    def __call__(self, environ, start_response):
        service, _, action = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
        answer = self.app(environ, start_response)
        if service != "TrentService":
            return answer
        try:
            body = list(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        # A key of the service itself (alias/aws/…) is made when it is first read.
        self.keys.save(only_new=action.startswith(READING))
        return body


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    port, path, address = int(sys.argv[1]), sys.argv[2], "".join(sys.argv[3:]) or "127.0.0.1"
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.environ["MOTO_PORT"] = str(port)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    keys = KeyFile(path)
    keys.load()
    run_simple(address, port, KeysKept(DomainDispatcherApplication(create_backend_app), keys), threaded=True,
               request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
