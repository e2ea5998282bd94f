"""The checks of probe_sqs.py: what the adapter for SQS relies on, and where a stand-in differs from Amazon's."""

import json
import os
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from harness import Probe, race, rate, require, wait_until

PROBE = Probe((ClientError, BotoCoreError))
check = PROBE.check


class Scene:
    """A queue of its own for each check."""

    def __init__(self, connect, number):
        self.sqs = connect()
        self.connect = connect
        self.prefix = f"probe-{os.getpid()}-{number}"
        self.url = self.queue("main")

    def queue(self, name, **attributes):
        attributes = {"VisibilityTimeout": "30", **attributes}
        return self.sqs.create_queue(QueueName=f"{self.prefix}-{name}", Attributes=attributes)["QueueUrl"]

    def send(self, body="hello", **more):
        return self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)["MessageId"]

    def receive(self, url=None, **more):
        more = {"WaitTimeSeconds": 0, "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"], **more}
        return self.sqs.receive_message(QueueUrl=url or self.url, **more).get("Messages", [])

    def receive_one(self, **more):
        messages = self.receive(**more)
        require(len(messages) == 1, f"received {len(messages)} messages in place of 1")
        return messages[0]

    def receive_soon(self, seconds=10, **more):
        found = []
        wait_until(lambda: found.extend(self.receive(**more)) or found, "a message is received", seconds)
        return found[0]

    def hide(self, message, seconds):
        self.sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds)

    def delete(self, message):
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def attribute(self, name, url=None):
        return self.sqs.get_queue_attributes(QueueUrl=url or self.url, AttributeNames=[name])["Attributes"].get(name)


def expect_error(codes, action):
    try:
        action()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        require(any(code.endswith(wanted) for wanted in codes), f"code {code}")
        return code
    raise AssertionError("was accepted")


# ---- leases -----------------------------------------------------------------------------------------------

@check("a received message is hidden, and comes again after its visibility timeout")
def visibility(scene):
    scene.send()
    begin = time.monotonic()
    first = scene.receive_one(VisibilityTimeout=2)
    require(scene.receive() == [], "it was given out twice at once")
    second = scene.receive_soon()
    require(time.monotonic() - begin > 1.5, f"came back after {time.monotonic() - begin:.1f} s of 2")
    require(second["MessageId"] == first["MessageId"] and second["ReceiptHandle"] != first["ReceiptHandle"], "ids")


@check("the visibility can be prolonged, and ended with 0")
def change_visibility(scene):
    scene.send()
    message = scene.receive_one(VisibilityTimeout=1)
    scene.hide(message, 30)
    time.sleep(1.5)
    require(scene.receive() == [], "came back in spite of it")
    scene.hide(message, 0)
    scene.receive_soon(seconds=2)


@check("receives are counted")
def receive_count(scene):
    scene.send()
    for wanted in ("1", "2", "3"):
        message = scene.receive_soon(VisibilityTimeout=30)
        attributes = message["Attributes"]
        require(attributes["ApproximateReceiveCount"] == wanted, f"{attributes['ApproximateReceiveCount']}, not {wanted}")
        scene.hide(message, 0)
    require({"SentTimestamp", "ApproximateFirstReceiveTimestamp"} <= set(attributes), "times are missing")


@check("a deleted message never comes again")
def delete(scene):
    scene.send()
    scene.delete(scene.receive_one(VisibilityTimeout=1))
    time.sleep(1.5)
    require(scene.receive() == [], "it came again")


@check("racing receives: each of 400 messages once")
def racing_receive(scene):
    for start in range(0, 400, 10):
        scene.sqs.send_message_batch(QueueUrl=scene.url, Entries=[{"Id": str(n), "MessageBody": str(start + n)} for n in range(10)])
    taken, lock = [], threading.Lock()

    def attempt(_round, _racer):
        found = scene.receive(MaxNumberOfMessages=4)
        with lock:
            taken.extend(message["Body"] for message in found)
        return False
    race(40, attempt)
    require(len(taken) == len(set(taken)) and len(taken) > 300, f"{len(taken)} received, {len(set(taken))} different ones")


def stale_handle(scene):
    """A message leased again after its first lease ran out, and the first, stale lease."""
    scene.send()
    stale = scene.receive_one(VisibilityTimeout=1)
    fresh = scene.receive_soon(VisibilityTimeout=30)
    return stale, fresh


@check("delete with a stale handle does not take the new lease's message away", required=False)
def delete_stale(scene):
    stale, fresh = stale_handle(scene)
    try:
        scene.delete(stale)
        remark = "answered as done"
    except ClientError as error:
        remark = f"answered {error.response['Error']['Code']}"
    scene.hide(fresh, 0)
    scene.receive_soon(seconds=2)
    return remark


@check("delete with a stale handle is answered as done, as Amazon says", required=False)
def delete_stale_answer(scene):
    stale, _fresh = stale_handle(scene)
    scene.delete(stale)


@check("delete of what is deleted is answered as done, as Amazon says", required=False)
def delete_twice(scene):
    scene.send()
    message = scene.receive_one()
    scene.delete(message)
    scene.delete(message)


@check("delete after the lease ran out, not leased again: is done")
def delete_expired(scene):
    scene.send()
    message = scene.receive_one(VisibilityTimeout=1)
    time.sleep(1.5)
    scene.delete(message)
    require(scene.receive() == [], "it came again")


@check("change of visibility with a stale handle does not touch the new lease", required=False)
def change_stale(scene):
    stale, _fresh = stale_handle(scene)
    try:
        scene.hide(stale, 0)
        remark = "answered as done"
    except ClientError as error:
        remark = f"answered {error.response['Error']['Code']}"
    time.sleep(0.3)
    require(scene.receive() == [], f"it was given out again; {remark}")
    return remark


@check("change of visibility after the lease ran out is refused", required=False)
def change_expired(scene):
    scene.send()
    message = scene.receive_one(VisibilityTimeout=1)
    time.sleep(1.5)
    return expect_error(["MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue"], lambda: scene.hide(message, 30))


@check("change of visibility of a deleted message is refused")
def change_deleted(scene):
    scene.send()
    message = scene.receive_one()
    scene.delete(message)
    return expect_error(["MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue"], lambda: scene.hide(message, 30))


@check("a handle that never was is refused")
def nonsense_handle(scene):
    codes = ["ReceiptHandleIsInvalid", "InvalidParameterValue"]
    expect_error(codes, lambda: scene.hide({"ReceiptHandle": "nonsense"}, 30))
    return expect_error(codes, lambda: scene.delete({"ReceiptHandle": "nonsense"}))


@check("a visibility above 12 hours is refused", required=False)
def visibility_limit(scene):
    scene.send()
    message = scene.receive_one()
    scene.hide(message, 43_200)
    return expect_error(["InvalidParameterValue"], lambda: scene.hide(message, 43_201))


# ---- dead letters, delay, long poll -------------------------------------------------------------------------

@check("redrive: after maxReceiveCount receives to the dead-letter queue, whole")
def redrive(scene):
    dead = scene.queue("dead")
    policy = {"deadLetterTargetArn": scene.attribute("QueueArn", dead), "maxReceiveCount": "2"}
    scene.sqs.set_queue_attributes(QueueUrl=scene.url, Attributes={"RedrivePolicy": json.dumps(policy)})
    require(json.loads(scene.attribute("RedrivePolicy"))["deadLetterTargetArn"] == policy["deadLetterTargetArn"], "the policy is not told")
    sent = scene.send("lost cause", MessageAttributes={"kind": {"DataType": "String", "StringValue": "x"}})
    for _ in range(2):
        scene.hide(scene.receive_soon(), 0)
    found = []
    wait_until(lambda: scene.receive() or found.extend(scene.receive(url=dead)) or found, "it arrives there")
    require(found[0]["Body"] == "lost cause" and found[0]["MessageId"] == sent, "body or id were changed")
    require(found[0]["MessageAttributes"]["kind"]["StringValue"] == "x", "attributes were lost")


@check("a delayed message comes later; a delay above 900 s is refused")
def delay(scene):
    scene.send(DelaySeconds=2)
    begin = time.monotonic()
    require(scene.receive() == [], "came at once")
    require(scene.attribute("ApproximateNumberOfMessagesDelayed") == "1", "is not counted as delayed")
    scene.receive_soon()
    require(1.5 < time.monotonic() - begin < 4, f"came after {time.monotonic() - begin:.1f} s")
    return expect_error(["InvalidParameterValue"], lambda: scene.send(DelaySeconds=901))


@check("long poll: returns as soon as a message comes, an empty one waits its time")
def long_poll(scene):
    begin = time.monotonic()
    require(scene.receive(WaitTimeSeconds=2) == [] and time.monotonic() - begin > 1.5, "returned too early")
    arrived = []
    poller = threading.Thread(target=lambda: arrived.append((scene.receive(WaitTimeSeconds=15), time.monotonic())))
    poller.start()
    time.sleep(1)
    sent = time.monotonic()
    Scene.send(scene)
    poller.join()
    require(len(arrived[0][0]) == 1, "the poll came back empty")
    lag = arrived[0][1] - sent
    require(lag < 1.0, f"told {lag:.1f} s after it was sent")
    return f"told {lag * 1000:.0f} ms after it was sent"


@check("eight long polls at once hold nothing else up")
def parallel_polls(scene):
    other = scene.queue("other")
    pollers = [threading.Thread(target=scene.receive, kwargs={"WaitTimeSeconds": 3}) for _ in range(8)]
    for poller in pollers:
        poller.start()
    time.sleep(0.3)
    begin = time.monotonic()
    for _ in range(20):
        scene.sqs.send_message(QueueUrl=other, MessageBody="x")
        scene.receive(url=other)
    each = (time.monotonic() - begin) / 40 * 1000
    for poller in pollers:
        poller.join()
    require(each < 100, f"{each:.0f} ms a call meanwhile")
    return f"{each:.0f} ms a call meanwhile"


@check("a long poll sees a lease run out")
def poll_expiry(scene):
    scene.send()
    scene.receive_one(VisibilityTimeout=2)
    begin = time.monotonic()
    scene.receive_one(WaitTimeSeconds=10)
    require(time.monotonic() - begin < 4, f"only after {time.monotonic() - begin:.1f} s")


# ---- batches, attributes, queues ----------------------------------------------------------------------------

@check("send and delete in batches, each entry with its own verdict")
def batches(scene):
    entries = [{"Id": "good", "MessageBody": "x"}, {"Id": "bad", "MessageBody": "x", "DelaySeconds": 901}]
    answer = scene.sqs.send_message_batch(QueueUrl=scene.url, Entries=entries)
    require([e["Id"] for e in answer.get("Successful", [])] == ["good"] and [e["Id"] for e in answer.get("Failed", [])] == ["bad"], f"{answer}")
    entries = [{"Id": "a", "ReceiptHandle": scene.receive_one()["ReceiptHandle"]}, {"Id": "b", "ReceiptHandle": "nonsense"}]
    answer = scene.sqs.delete_message_batch(QueueUrl=scene.url, Entries=entries)
    require([e["Id"] for e in answer.get("Successful", [])] == ["a"] and [e["Id"] for e in answer.get("Failed", [])] == ["b"], f"{answer}")


@check("a batch with an id twice, with none, with eleven is refused", required=False)
def batch_errors(scene):
    send = lambda ids: scene.sqs.send_message_batch(QueueUrl=scene.url, Entries=[{"Id": i, "MessageBody": "x"} for i in ids])
    expect_error(["BatchEntryIdsNotDistinct"], lambda: send(["a", "a"]))
    expect_error(["TooManyEntriesInBatchRequest"], lambda: send([str(n) for n in range(11)]))
    expect_error(["EmptyBatchRequest"], lambda: send([]))


@check("change of visibility in a batch")
def batch_visibility(scene):
    scene.send()
    handle = scene.receive_one()["ReceiptHandle"]
    answer = scene.sqs.change_message_visibility_batch(QueueUrl=scene.url, Entries=[
        {"Id": "a", "ReceiptHandle": handle, "VisibilityTimeout": 0}, {"Id": "b", "ReceiptHandle": "nonsense", "VisibilityTimeout": 0}])
    require([e["Id"] for e in answer["Successful"]] == ["a"] and [e["Id"] for e in answer["Failed"]] == ["b"], f"{answer}")
    scene.receive_soon(seconds=2)


@check("message attributes (text, number, binary) and Unicode come back; the driver checks their MD5")
def attributes(scene):
    sent = {"t": {"DataType": "String", "StringValue": "ü€"}, "n": {"DataType": "Number", "StringValue": "42"},
            "b": {"DataType": "Binary", "BinaryValue": b"\0\xff"}}
    scene.send("grüße <&> \n 漢字", MessageAttributes=sent)
    message = scene.receive_one()
    require(message["Body"] == "grüße <&> \n 漢字" and message["MessageAttributes"] == sent, f"{message}")


@check("bodies of 200 kB pass, of 1.1 MB do not")
def sizes(scene):
    scene.send("x" * 200_000)
    require(len(scene.receive_one()["Body"]) == 200_000, "cut")
    return expect_error(["InvalidParameterValue", "InvalidAttributeValue", "MessageTooLong"], lambda: scene.send("x" * 1_100_000))


@check("queue tags: set, listed, removed")
def tags(scene):
    scene.sqs.tag_queue(QueueUrl=scene.url, Tags={"owner": "us", "other": "x"})
    scene.sqs.untag_queue(QueueUrl=scene.url, TagKeys=["other"])
    require(scene.sqs.list_queue_tags(QueueUrl=scene.url)["Tags"] == {"owner": "us"}, "other tags")


@check("queues: made twice the same, looked up, listed, an unknown one has its error")
def queues(scene):
    name = scene.url.rsplit("/", 1)[1]
    require(scene.queue("main") == scene.url and scene.sqs.get_queue_url(QueueName=name)["QueueUrl"] == scene.url, "another URL")
    require(scene.sqs.list_queues(QueueNamePrefix=scene.prefix)["QueueUrls"] == [scene.url], "listed otherwise")
    return expect_error(["QueueDoesNotExist", "NonExistentQueue"], lambda: scene.sqs.get_queue_url(QueueName="probe-never-made"))


@check("a queue made again with other attributes is refused", required=False)
def queue_conflict(scene):
    return expect_error(["QueueNameExists", "QueueAlreadyExists"], lambda: scene.queue("main", VisibilityTimeout="31"))


@check("counts of visible and hidden messages, purge")
def counts(scene):
    for _ in range(3):
        scene.send()
    scene.receive_one()
    require(scene.attribute("ApproximateNumberOfMessages") == "2" and scene.attribute("ApproximateNumberOfMessagesNotVisible") == "1", "miscounted")
    scene.sqs.purge_queue(QueueUrl=scene.url)
    wait_until(lambda: scene.attribute("ApproximateNumberOfMessages") == "0", "the queue is empty")


@check("speed of one client, in calls a second")
def speed(scene):
    sends = rate(lambda n: scene.send(f"{n}"))
    takes = rate(lambda _n: [scene.delete(message) for message in scene.receive(MaxNumberOfMessages=1)])
    return f"send {sends:,.0f}, receive and delete {takes:,.0f} pairs"
