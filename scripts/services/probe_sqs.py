#!/usr/bin/env python3
"""Checks that an SQS server keeps what the adapter for SQS relies on.

Runs against any endpoint: what `make services` starts, or Amazon's (no --endpoint; queues named `probe-…` are
made and deleted). Prints one line a check; exits with 1 when a guarantee fails.

    probe_sqs.py --endpoint http://127.0.0.1:27118
    probe_sqs.py --endpoint … --kill 'scripts/services.sh kill sqs' --start 'scripts/services.sh start sqs'
"""

import argparse
import json
import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from checks_sqs import PROBE, Scene
from harness import add_common_arguments, finish, killed_while, parse, require


def survival(scene, kill, start, kills):
    """Hammers, kills, starts again: sent and not deleted must be there, deleted must not, also across redrives."""
    dead = scene.queue("dead")
    scene.url = scene.queue("work", VisibilityTimeout="1", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": scene.attribute("QueueArn", dead), "maxReceiveCount": "1000"}))
    scene.sqs.tag_queue(QueueUrl=scene.url, Tags={"owner": "us"})
    sent, deleted, doubtful = set(), set(), set()

    def hammer(racer, stop, number):
        own = scene.connect(read_timeout=2)
        for n in range(1_000_000):
            body = f"{number}/{racer}/{n}"
            try:
                doubtful.add(body)
                own.send_message(QueueUrl=scene.url, MessageBody=body)
                sent.add(body)
                doubtful.discard(body)
                if n % 3 == 0:
                    for message in own.receive_message(QueueUrl=scene.url, MaxNumberOfMessages=1).get("Messages", []):
                        doubtful.add(message["Body"])
                        own.delete_message(QueueUrl=scene.url, ReceiptHandle=message["ReceiptHandle"])
                        deleted.add(message["Body"])
                        doubtful.discard(message["Body"])
            except (ClientError, BotoCoreError) as error:
                if isinstance(error, ClientError) and "ReceiptHandle" in error.response["Error"]["Code"]:
                    continue
                return
            if stop.is_set():
                return

    for number in range(kills):
        killed_while(lambda racer, stop: hammer(racer, stop, number), kill, start, seconds=1 + number * 0.4)
    wanted, found = sent - deleted - doubtful, set()
    end = time.monotonic() + 30
    while time.monotonic() < end and not wanted <= found:
        for message in scene.receive(MaxNumberOfMessages=10, VisibilityTimeout=30, WaitTimeSeconds=1):
            found.add(message["Body"])
            scene.delete(message)
    require(wanted <= found, f"{len(wanted - found)} of {len(wanted)} acknowledged messages are lost")
    require(not found & (deleted - doubtful), f"{len(found & deleted)} deleted messages came again")
    require(scene.sqs.list_queue_tags(QueueUrl=scene.url)["Tags"] == {"owner": "us"}, "the queue's tags are lost")
    require(scene.attribute("RedrivePolicy"), "the redrive policy is lost")
    return f"{kills} kills, {len(sent):,} sent, {len(deleted):,} deleted, {len(found):,} left and all there"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", help="default: Amazon's own")
    add_common_arguments(parser)
    arguments = parse(parser)
    remote = {"endpoint_url": arguments.endpoint, "region_name": "us-east-1", "aws_access_key_id": "test",
              "aws_secret_access_key": "test"} if arguments.endpoint else {}

    def connect(read_timeout=30):
        return boto3.client("sqs", **remote, config=Config(retries={"max_attempts": 0}, read_timeout=read_timeout,
                                                           connect_timeout=5, max_pool_connections=32))
    scenes = []

    def make_scene(number):
        scenes.append(Scene(connect, number))
        return scenes[-1]

    failed = PROBE.run(make_scene, arguments.only)
    if arguments.kill:
        failed += not PROBE.run_one("kill and start again", True, lambda: survival(
            make_scene("kill"), arguments.kill, arguments.start, arguments.kills))
    client = connect()
    try:
        for url in client.list_queues(QueueNamePrefix=f"probe-{os.getpid()}-").get("QueueUrls", []):
            client.delete_queue(QueueUrl=url)
    except (ClientError, BotoCoreError) as error:
        print(f"the probe's queues are left: {error}", file=sys.stderr)
    return finish(failed, arguments.endpoint or "Amazon")


if __name__ == "__main__":
    sys.exit(main())
