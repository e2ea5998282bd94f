#!/usr/bin/env python3
"""Checks that a KMS server keeps what sealing with a KMS key relies on.

Runs against any endpoint: what `make services` starts, or Amazon's (no --endpoint; each check makes a key and
schedules its deletion). Prints one line a check; exits with 1 when a guarantee fails.

    probe_kms.py --endpoint http://127.0.0.1:27120
    probe_kms.py --endpoint … --kill 'scripts/services.sh kill moto' --start 'scripts/services.sh start moto'
"""

import argparse
import os
import subprocess
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from harness import Probe, add_common_arguments, finish, parse, rate, require

PROBE = Probe((ClientError, BotoCoreError))
check = PROBE.check
CONTEXT = {"purpose": "blob", "id": "1"}


class Scene:
    """A key of its own for each check."""

    def __init__(self, connect):
        self.kms = connect()
        made = self.kms.create_key(Description="probe", Tags=[{"TagKey": "owner", "TagValue": "us"}])["KeyMetadata"]
        self.key, self.id = made["Arn"], made["KeyId"]

    def encrypt(self, data=b"secret", **more):
        return self.kms.encrypt(KeyId=self.key, Plaintext=data, EncryptionContext=CONTEXT, **more)["CiphertextBlob"]

    def decrypt(self, sealed, context=None, **more):
        return self.kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context or CONTEXT, **more)["Plaintext"]

    def forget(self):
        try:
            self.kms.schedule_key_deletion(KeyId=self.id, PendingWindowInDays=7)
        except (ClientError, BotoCoreError):
            pass  # Nothing depends on it.


def refused(codes, action):
    try:
        action()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        require(code in codes, f"code {code}")
        return code
    raise AssertionError("was accepted")


@check("encrypt and decrypt; two ciphertexts of one text differ")
def round_trip(scene):
    first, second = scene.encrypt(), scene.encrypt()
    require(scene.decrypt(first) == b"secret" == scene.decrypt(second) and first != second, "not so")
    require(b"secret" not in first, "in the clear")


@check("another encryption context, or none, does not open it")
def context(scene):
    sealed = scene.encrypt()
    refused(["InvalidCiphertextException"], lambda: scene.kms.decrypt(CiphertextBlob=sealed))
    return refused(["InvalidCiphertextException"], lambda: scene.decrypt(sealed, {"purpose": "blob", "id": "2"}))


@check("changed, cut or foreign ciphertexts are refused")
def tampered(scene):
    sealed = scene.encrypt()
    codes = ["InvalidCiphertextException", "NotFoundException", "AccessDeniedException"]
    for wrong in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:50], os.urandom(len(sealed))):
        code = refused(codes, lambda: scene.decrypt(wrong))
    return code


@check("decrypting with another key than the text's is refused", required=False)
def other_key(scene):
    other = scene.kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = scene.encrypt()
    try:
        return refused(["IncorrectKeyException"], lambda: scene.decrypt(sealed, KeyId=other))
    finally:
        scene.kms.schedule_key_deletion(KeyId=other, PendingWindowInDays=7)


@check("data keys: 32 bytes, the sealed one opens under the same context")
def data_keys(scene):
    made = scene.kms.generate_data_key(KeyId=scene.key, KeySpec="AES_256", EncryptionContext=CONTEXT)
    require(len(made["Plaintext"]) == 32 and scene.decrypt(made["CiphertextBlob"]) == made["Plaintext"], "not so")
    refused(["InvalidCiphertextException"], lambda: scene.kms.decrypt(CiphertextBlob=made["CiphertextBlob"]))


@check("an alias stands for its key")
def alias(scene):
    name = f"alias/probe-{os.getpid()}"
    scene.kms.create_alias(AliasName=name, TargetKeyId=scene.key)
    sealed = scene.kms.encrypt(KeyId=name, Plaintext=b"x")
    scene.kms.delete_alias(AliasName=name)
    require(sealed["KeyId"] == scene.key and scene.kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])["KeyId"] == scene.key, "another key")


@check("an unknown key has its error")
def unknown(scene):
    return refused(["NotFoundException"], lambda: scene.kms.encrypt(KeyId="11111111-2222-3333-4444-555555555555", Plaintext=b"x"))


@check("a disabled key neither seals nor opens", required=False)
def disabled(scene):
    sealed = scene.encrypt()
    scene.kms.disable_key(KeyId=scene.id)
    refused(["DisabledException"], lambda: scene.encrypt())
    code = refused(["DisabledException"], lambda: scene.decrypt(sealed))
    scene.kms.enable_key(KeyId=scene.id)
    require(scene.decrypt(sealed) == b"secret", "does not open again")
    return code


@check("after a rotation old texts still open", required=False)
def rotation(scene):
    sealed = scene.encrypt()
    scene.kms.rotate_key_on_demand(KeyId=scene.id)
    require(scene.decrypt(sealed) == b"secret" == scene.decrypt(scene.encrypt()), "not so")


@check("more than 4,096 bytes are refused")
def size(scene):
    scene.encrypt(b"x" * 4096)
    return refused(["ValidationException"], lambda: scene.encrypt(b"x" * 4097))


@check("speed of one client, in calls a second")
def speed(scene):
    sealed = scene.encrypt()
    return f"encrypt {rate(lambda _n: scene.encrypt()):,.0f}, decrypt {rate(lambda _n: scene.decrypt(sealed)):,.0f}"


def survival(scene, kill, start, kills):
    """A text sealed before a kill opens after it, by a key that was made the moment before."""
    made = []
    for _ in range(kills):
        key = scene.kms.create_key(Description="probe")["KeyMetadata"]["Arn"]
        made.append((key, scene.kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext=CONTEXT)["CiphertextBlob"]))
        subprocess.run(kill, shell=True, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(start, shell=True, check=True, stdout=subprocess.DEVNULL)
        for key, sealed in made:
            require(scene.decrypt(sealed) == b"secret", "does not open")
    return f"{kills} kills, every text opens"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", help="default: Amazon's own")
    add_common_arguments(parser)
    arguments = parse(parser)
    remote = {"endpoint_url": arguments.endpoint, "region_name": "us-east-1", "aws_access_key_id": "test",
              "aws_secret_access_key": "test-secret"} if arguments.endpoint else {}
    scenes = []

    def make_scene(_number):
        scenes.append(Scene(lambda: boto3.client("kms", **remote, config=Config(retries={"max_attempts": 2}))))
        return scenes[-1]

    failed = PROBE.run(make_scene, arguments.only)
    if arguments.kill:
        failed += not PROBE.run_one("kill and start again", True, lambda: survival(
            make_scene("kill"), arguments.kill, arguments.start, arguments.kills))
    for scene in scenes:
        scene.forget()
    return finish(failed, arguments.endpoint or "Amazon")


if __name__ == "__main__":
    sys.exit(main())
