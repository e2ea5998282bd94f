#!/usr/bin/env python3
"""Checks that an S3 server keeps what the adapter for S3 relies on.

Runs against any endpoint: what `make services` starts, or Amazon's (no --endpoint; buckets named `probe-…` are
made and deleted). Prints one line a check; exits with 1 when a guarantee fails.

    probe_s3.py --endpoint http://127.0.0.1:27119
    probe_s3.py --endpoint … --kill 'scripts/services.sh kill s3' --start 'scripts/services.sh start s3'
"""

import argparse
import base64
import hashlib
import os
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from harness import (Probe, add_common_arguments, finish, killed_while, parse, race, rate, require,
                     require_single_winners)

PROBE = Probe((ClientError, BotoCoreError, urllib.error.URLError))
check = PROBE.check
PART = 5 << 20


class Scene:
    """A bucket of its own for each check."""

    def __init__(self, connect, number):
        self.connect = connect
        self.s3 = connect()
        self.bucket = f"probe-{os.getpid()}-{number}"
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, key, body, **more):
        return self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **more)

    def get(self, key, **more):
        return self.s3.get_object(Bucket=self.bucket, Key=key, **more)

    def read(self, key):
        return self.get(key)["Body"].read()

    def keys(self, **more):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, **more)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def status(self, action):
        """The HTTP status of a call that is expected to fail."""
        try:
            action()
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
        return 200, "accepted"


def sha256(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def require_status(found, wanted):
    require(found[0] == wanted, f"answered {found[0]} ({found[1]}), not {wanted}")
    return f"{found[0]} {found[1]}"


# ---- objects ----------------------------------------------------------------------------------------------

@check("put, get, head: content, length, type and metadata; overwriting")
def put_and_get(scene):
    for body in (b"", b"first", os.urandom(3_000_000)):
        scene.put("a/b.pdf", body, ContentType="application/pdf", Metadata={"kind": "x"})
        found = scene.get("a/b.pdf")
        require(found["Body"].read() == body and found["ContentLength"] == len(body), "other content")
        require(found["ContentType"] == "application/pdf" and found["Metadata"] == {"kind": "x"}, "other type or metadata")
    require(scene.s3.head_object(Bucket=scene.bucket, Key="a/b.pdf")["ContentLength"] == 3_000_000, "head")


@check("what is not there: 404 NoSuchKey, 404 on head, 404 NoSuchBucket")
def missing(scene):
    require(scene.status(lambda: scene.get("none")) == (404, "NoSuchKey"), f"{scene.status(lambda: scene.get('none'))}")
    require_status(scene.status(lambda: scene.s3.head_object(Bucket=scene.bucket, Key="none")), 404)
    found = scene.status(lambda: scene.s3.get_object(Bucket="probe-never-made", Key="none"))
    require(found == (404, "NoSuchBucket"), f"{found}")


@check("odd keys: Unicode, blanks, signs, 900 bytes")
def odd_keys(scene):
    keys = ["ü €/ä b.pdf", "a+b&c=d?e#f%20g", "x" * 200 + "/" + "y" * 200, "deep/" * 20 + "end", "with:colon", "'quote\""]
    for key in keys:
        scene.put(key, key.encode())
    require([scene.read(key) for key in keys] == [key.encode() for key in keys], "other content")
    require(sorted(scene.keys()) == sorted(keys), f"listed as {scene.keys()}")


@check("a range of an object")
def ranges(scene):
    scene.put("k", b"0123456789")
    found = scene.get("k", Range="bytes=2-4")
    require(found["Body"].read() == b"234" and found["ContentRange"] == "bytes 2-4/10", "another range")


@check("list: prefix, delimiter, 2,500 keys over pages")
def listing(scene):
    def puts(start):
        for n in range(start, 2500, 10):
            scene.put(f"p{n % 5}/{n:05}", b"x")
    import threading
    threads = [threading.Thread(target=puts, args=(start,)) for start in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    require(len(scene.keys()) == 2500 and len(scene.keys(Prefix="p3/")) == 500, "miscounted")
    require(scene.keys() == sorted(scene.keys()), "not in order")
    found = scene.s3.list_objects_v2(Bucket=scene.bucket, Delimiter="/")
    require([p["Prefix"] for p in found["CommonPrefixes"]] == [f"p{n}/" for n in range(5)], "other prefixes")


@check("delete, twice; delete of many")
def delete(scene):
    for n in range(3):
        scene.put(f"k/{n}", b"x")
    for _ in range(2):
        scene.s3.delete_object(Bucket=scene.bucket, Key="k/0")
    answer = scene.s3.delete_objects(Bucket=scene.bucket, Delete={"Objects": [{"Key": f"k/{n}"} for n in range(4)]})
    require(scene.keys() == [] and not answer.get("Errors"), f"{answer.get('Errors')}")


@check("copy, with new metadata", required=False)
def copy(scene):
    scene.put("a", b"x", Metadata={"m": "1"})
    scene.s3.copy_object(Bucket=scene.bucket, Key="b", CopySource={"Bucket": scene.bucket, "Key": "a"}, Metadata={"m": "2"}, MetadataDirective="REPLACE")
    require(scene.get("b")["Metadata"] == {"m": "2"} and scene.read("b") == b"x", "not copied")


@check("object tags", required=False)
def tags(scene):
    scene.put("k", b"x", Tagging="a=1&b=2")
    found = scene.s3.get_object_tagging(Bucket=scene.bucket, Key="k")["TagSet"]
    require({tag["Key"]: tag["Value"] for tag in found} == {"a": "1", "b": "2"}, f"{found}")


# ---- write once, whole or not at all ------------------------------------------------------------------------

@check("put if none is there: a second is 412 and changes nothing")
def conditional_put(scene):
    scene.put("k", b"first", IfNoneMatch="*")
    found = scene.status(lambda: scene.put("k", b"second", IfNoneMatch="*"))
    require(scene.read("k") == b"first", "overwritten")
    return require_status(found, 412)


@check("racing puts if none is there: one winner each")
def racing_put(scene):
    def attempt(n, racer):
        found = scene.status(lambda: scene.put(f"k{n}", f"{racer}".encode() * 100_000, IfNoneMatch="*"))
        require(found[0] in (200, 412, 409), f"{found}")  # 409: Amazon's answer while the other is still writing
        return found[0] == 200
    require_single_winners(race(100, attempt))


@check("put if it is still the same (If-Match)", required=False)
def if_match(scene):
    tag = scene.put("k", b"1")["ETag"]
    scene.put("k", b"2", IfMatch=tag)
    return require_status(scene.status(lambda: scene.put("k", b"3", IfMatch=tag)), 412)


@check("racing overwrites: a reader sees one of them whole")
def whole_writes(scene):
    bodies = [bytes([65 + racer]) * 400_000 for racer in range(4)]
    scene.put("k", bodies[0])
    torn = []

    def attempt(_n, racer):
        if racer:
            scene.put("k", bodies[racer])
        elif scene.read("k") not in bodies:
            torn.append(1)
        return False
    race(40, attempt)
    require(not torn, f"{len(torn)} torn reads")


@check("sha-256: kept and told, a wrong one is refused and stores nothing")
def checksum(scene):
    scene.put("k", b"content", ChecksumSHA256=sha256(b"content"))
    found = scene.get("k", ChecksumMode="ENABLED")
    require(found.get("ChecksumSHA256") == sha256(b"content"), f"told {found.get('ChecksumSHA256')}")
    answer = scene.status(lambda: scene.put("wrong", b"content", ChecksumSHA256=sha256(b"other")))
    require(scene.keys() == ["k"], "stored all the same")
    return require_status(answer, 400)


@check("a checksum that the driver computes itself (CRC, in a trailer)")
def trailing_checksum(scene):
    import io
    scene.put("k", io.BytesIO(os.urandom(1_000_000)), ChecksumAlgorithm="CRC32")
    require(len(scene.read("k")) == 1_000_000, "cut")


@check("multipart: parts in any order, listed, joined, with sha-256")
def multipart(scene):
    parts = [os.urandom(PART), os.urandom(PART), b"end"]
    upload = scene.s3.create_multipart_upload(Bucket=scene.bucket, Key="big", ChecksumAlgorithm="SHA256", ContentType="application/pdf")["UploadId"]
    done = {}
    for number in (3, 1, 2):
        done[number] = scene.s3.upload_part(Bucket=scene.bucket, Key="big", UploadId=upload, PartNumber=number,
                                            Body=parts[number - 1], ChecksumSHA256=sha256(parts[number - 1]))["ETag"]
    listed = scene.s3.list_parts(Bucket=scene.bucket, Key="big", UploadId=upload)["Parts"]
    require([part["PartNumber"] for part in listed] == [1, 2, 3], "listed otherwise")
    require(scene.keys() == [], "seen before it was completed")
    complete(scene, "big", upload, [{"PartNumber": n, "ETag": done[n], "ChecksumSHA256": sha256(parts[n - 1])} for n in (1, 2, 3)])
    require(scene.read("big") == b"".join(parts), "other content")
    require(scene.get("big")["ContentType"] == "application/pdf", "the type was lost")


def complete(scene, key, upload, parts, **more):
    return scene.s3.complete_multipart_upload(Bucket=scene.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}, **more)


def uploaded(scene, key, body):
    upload = scene.s3.create_multipart_upload(Bucket=scene.bucket, Key=key)["UploadId"]
    tag = scene.s3.upload_part(Bucket=scene.bucket, Key=key, UploadId=upload, PartNumber=1, Body=body)["ETag"]
    return upload, [{"PartNumber": 1, "ETag": tag}]


@check("multipart: aborted leaves nothing, a wrong part is refused")
def multipart_abort(scene):
    upload, parts = uploaded(scene, "k", b"x" * PART)
    require_status(scene.status(lambda: complete(scene, "k", upload, [{"PartNumber": 1, "ETag": '"' + "0" * 32 + '"'}])), 400)
    scene.s3.abort_multipart_upload(Bucket=scene.bucket, Key="k", UploadId=upload)
    require(not scene.s3.list_multipart_uploads(Bucket=scene.bucket).get("Uploads") and scene.keys() == [], "left over")
    return require_status(scene.status(lambda: complete(scene, "k", upload, parts)), 404)


@check("multipart: completed only if none is there", required=False)
def multipart_conditional(scene):
    upload, parts = uploaded(scene, "k", b"x")
    scene.put("k", b"first")
    found = scene.status(lambda: complete(scene, "k", upload, parts, IfNoneMatch="*"))
    require(scene.read("k") == b"first", "overwritten")
    return require_status(found, 412)


# ---- who may, and how it is kept ------------------------------------------------------------------------------

@check("another bucket owner than expected is 403", required=False)
def bucket_owner(scene):
    scene.put("k", b"x")
    wrong = {"ExpectedBucketOwner": "999999999999"}
    require_status(scene.status(lambda: scene.get("k", **wrong)), 403)
    return require_status(scene.status(lambda: scene.put("k", b"y", **wrong)), 403)


@check("encryption with a KMS key: key and algorithm are told", required=False)
def sse_kms(scene):
    key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    answers = [scene.put("k", b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key), scene.get("k")]
    for answer in answers:
        require(answer.get("ServerSideEncryption") == "aws:kms" and answer.get("SSEKMSKeyId") == key,
                f"told {answer.get('ServerSideEncryption')}, {answer.get('SSEKMSKeyId')}")


@check("presigned GET: opens one object, not another, not after its time")
def presigned(scene):
    scene.put("k", b"x")
    scene.put("other", b"y")
    sign = lambda seconds: scene.s3.generate_presigned_url("get_object", Params={"Bucket": scene.bucket, "Key": "k"}, ExpiresIn=seconds)
    require(urllib.request.urlopen(sign(60)).read() == b"x", "other content")
    short = sign(1)
    time.sleep(2.5)
    refused = [what for what, url in (("another", sign(60).replace("/k?", "/other?")), ("an old", short)) if not is_forbidden(url)]
    require(not refused, f"{' and '.join(refused)} one was opened too")


def is_forbidden(url):
    try:
        urllib.request.urlopen(url)
    except urllib.error.HTTPError as error:
        return error.code in (400, 401, 403)
    return False


@check("a wrong secret is 403", required=False)
def wrong_secret(scene):
    scene.put("k", b"x")
    stranger = scene.connect(aws_secret_access_key="wrong")
    return require_status(scene.status(lambda: stranger.get_object(Bucket=scene.bucket, Key="k")), 403)


@check("lifecycle rules: put, told, deleted", required=False)
def lifecycle(scene):
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 30}}
    scene.s3.put_bucket_lifecycle_configuration(Bucket=scene.bucket, LifecycleConfiguration={"Rules": [rule]})
    found = scene.s3.get_bucket_lifecycle_configuration(Bucket=scene.bucket)["Rules"][0]
    require(found["Expiration"]["Days"] == 30 and found["Filter"] == {"Prefix": "tmp/"}, f"{found}")


@check("bucket settings: versioning, default encryption, public access block", required=False)
def bucket_settings(scene):
    bucket = {"Bucket": scene.bucket}
    scene.s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
    scene.s3.put_bucket_encryption(**bucket, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
    require(scene.s3.get_bucket_versioning(**bucket)["Status"] == "Enabled", "versioning")
    scene.s3.get_bucket_encryption(**bucket)
    scene.s3.put_public_access_block(**bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})


@check("speed of one client, in calls a second")
def speed(scene):
    body = os.urandom(20_000)
    puts = rate(lambda n: scene.put(f"k{n}", body))
    gets = rate(lambda n: scene.read(f"k{n % int(puts)}"))
    return f"put of 20 kB {puts:,.0f}, get {gets:,.0f}"


# ---- survival -----------------------------------------------------------------------------------------------

def survival(scene, kill, start, kills):
    """Hammers, kills, starts again: what was acknowledged is there and whole, nothing is there in half."""
    wanted, doubtful = {}, set()

    def hammer(racer, stop, number):
        own = scene.connect()
        for n in range(1_000_000):
            key, body = f"{number}/{racer}/{n}", os.urandom(50_000 + n)
            doubtful.add(key)
            try:
                if n % 20 == 19:
                    upload = own.create_multipart_upload(Bucket=scene.bucket, Key=key)["UploadId"]
                    tag = own.upload_part(Bucket=scene.bucket, Key=key, UploadId=upload, PartNumber=1, Body=body)["ETag"]
                    own.complete_multipart_upload(Bucket=scene.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
                else:
                    own.put_object(Bucket=scene.bucket, Key=key, Body=body, IfNoneMatch="*", ChecksumSHA256=sha256(body),
                                   Metadata={"sha": hashlib.sha256(body).hexdigest()})
            except (ClientError, BotoCoreError):
                return
            wanted[key] = hashlib.sha256(body).hexdigest()
            doubtful.discard(key)
            if stop.is_set():
                return

    for number in range(kills):
        killed_while(lambda racer, stop: hammer(racer, stop, number), kill, start, seconds=1 + number * 0.3)
    there = set(scene.keys())
    require(set(wanted) <= there, f"{len(set(wanted) - there)} of {len(wanted)} acknowledged objects are lost")
    for key in sorted(there):
        found = scene.get(key)
        digest = hashlib.sha256(found["Body"].read()).hexdigest()
        require(digest == wanted.get(key, found["Metadata"].get("sha", digest)), f"{key} is not whole")
    for key in doubtful - there:
        scene.put(key, b"again", IfNoneMatch="*")
    return f"{kills} kills, {len(wanted):,} acknowledged objects all there and whole"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", help="default: Amazon's own")
    add_common_arguments(parser)
    arguments = parse(parser)
    remote = {"endpoint_url": arguments.endpoint, "region_name": "us-east-1", "aws_access_key_id": "test",
              "aws_secret_access_key": "test-secret"} if arguments.endpoint else {}

    def connect(**more):
        return boto3.client("s3", **{**remote, **more}, config=Config(
            retries={"max_attempts": 0}, read_timeout=30, connect_timeout=5, max_pool_connections=32,
            signature_version="s3v4", s3={"addressing_style": "path"}))

    failed = PROBE.run(lambda number: Scene(connect, number), arguments.only)
    if arguments.kill:
        failed += not PROBE.run_one("kill and start again", True, lambda: survival(
            Scene(connect, "kill"), arguments.kill, arguments.start, arguments.kills))
    try:
        remove_buckets(connect())
    except (ClientError, BotoCoreError) as error:
        print(f"the probe's buckets are left: {error}", file=sys.stderr)
    return finish(failed, arguments.endpoint or "Amazon")


def remove_buckets(s3):
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        if name.startswith(f"probe-{os.getpid()}-"):
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
                for found in page.get("Contents", []):
                    s3.delete_object(Bucket=name, Key=found["Key"])
            try:
                s3.delete_bucket(Bucket=name)
            except ClientError as error:
                print(f"left {name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
