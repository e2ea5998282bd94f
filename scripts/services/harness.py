"""What the probes share: a list of checks, races, and a table with one line a check.

A probe tells whether a server keeps what our adapters rely on. A check raises when the server falls short and
may return a remark. `required` ones decide the exit code; the others only tell where a stand-in is weaker than
the real thing.
"""

import subprocess
import sys
import threading
import time

RACES = 1000
RACERS = 4


class Probe:
    def __init__(self, expected_errors):
        self.checks = []
        self.expected_errors = (AssertionError, KeyError, TypeError, subprocess.CalledProcessError, *expected_errors)

    def check(self, title, required=True):
        def register(function):
            self.checks.append((title, required, function))
            return function
        return register

    def run(self, make_scene, only=""):
        """Runs every check whose title contains `only`, each with a scene of its own; returns how many fail."""
        failed = 0
        for number, (title, required, function) in enumerate(self.checks):
            if only not in title:
                continue
            failed += not self.run_one(title, required, lambda: function(make_scene(number)))
        return failed

    def run_one(self, title, required, action):
        begin = time.monotonic()
        try:
            verdict, remark = "ok", action() or ""
        except self.expected_errors as error:
            verdict = "FAILS" if required else "no"
            remark = (str(error) or type(error).__name__).split(", full error")[0][:160]
        print(f"{verdict:<6}{time.monotonic() - begin:6.1f} s  {title}{': ' if remark else ''}{remark}", flush=True)
        return verdict != "FAILS"


def require(condition, what):
    if not condition:
        raise AssertionError(what)


def wait_until(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        require(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.05)


def race(rounds, attempt):
    """Lets RACERS threads call attempt(round, racer) at the same moment; returns how many won each round."""
    wins = [0] * rounds
    errors = []
    lock, barrier = threading.Lock(), threading.Barrier(RACERS)

    def run(racer):
        for number in range(rounds):
            barrier.wait()
            try:
                won = attempt(number, racer)
            except Exception as error:  # A racer that left would leave the others waiting at the barrier.
                errors.append(error)
                won = False
            if won:
                with lock:
                    wins[number] += 1

    together([lambda racer=racer: run(racer) for racer in range(RACERS)])
    require(not errors, f"{len(errors)} racing calls failed, the first: {errors[:1]}")
    return wins


def together(actions):
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def require_single_winners(wins):
    bad = [number for number, count in enumerate(wins) if count != 1]
    require(not bad, f"{len(bad)} of {len(wins)} races had no or several winners, as {[wins[n] for n in bad[:5]]}")


def rate(action, seconds=1.0):
    """How often a second action(number) can be called, one after the other."""
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        action(count)
        count += 1
    return count / seconds


def killed_while(hammer, kill, start, seconds):
    """Lets RACERS threads call hammer(racer, stop) until the server is killed after `seconds`; starts it again.

    hammer returns when a call fails or `stop` is set.
    """
    stop = threading.Event()
    threads = [threading.Thread(target=hammer, args=(racer, stop)) for racer in range(RACERS)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    try:
        subprocess.run(kill, shell=True, check=True, stdout=subprocess.DEVNULL)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    subprocess.run(start, shell=True, check=True, stdout=subprocess.DEVNULL)


def add_common_arguments(parser):
    parser.add_argument("--kill", help="command that kills the server at once")
    parser.add_argument("--start", help="command that starts it again and waits until it answers")
    parser.add_argument("--kills", type=int, default=3, help="how often to kill it")
    parser.add_argument("--only", default="", help="run only the checks whose title contains this")


def parse(parser):
    arguments = parser.parse_args()
    if bool(arguments.kill) != bool(arguments.start):
        parser.error("--kill and --start belong together")
    return arguments


def finish(failed, address):
    if failed:
        print(f"{failed} guarantee(s) fail at {address}", file=sys.stderr)
    return 1 if failed else 0
