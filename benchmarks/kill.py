"""SIGKILL of a silo to the next training step elsewhere, with shipped and with fast failure detection. Needs redis-server and a Release build.

python3 benchmarks/kill.py [REPEATS]      three silos; each is killed in turn and started again only after the measurement
"""
import datetime, json, os, shutil, signal, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILT = os.path.join(ROOT, "artifacts", "bin", "Actors.{0}", "release_linux-x64", "{1}")
REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 6
BOUND = 180


def wait_for(what, condition):
    since = time.time()
    while not condition():
        if time.time() - since > BOUND:
            raise SystemExit(f"Waited {BOUND} s for {what}.")
        time.sleep(0.02)


class Cluster:
    def __init__(self, name, arguments):
        self.folder = tempfile.mkdtemp(prefix="actors-kill-")
        self.redis_port = 26379
        self.redis = subprocess.Popen(
            ["redis-server", "--port", str(self.redis_port), "--dir", self.folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""], stdout=subprocess.DEVNULL)
        self.arguments = arguments
        self.silos = {}
        for number in (1, 2, 3):
            self.start(number)
        wait_for("three silos", lambda: self.active() == 3)
        subprocess.run(
            [BUILT.format("Client", "actors"), "start", os.path.join(ROOT, "examples", "av-digits.yaml"), "--name", name, "--output", self.folder, "--cluster", self.address,
             "--set", "training.shards=3", "--set", "training.epochs=100000", "--set", "training.log_every_steps=1", "--set", "training.evaluate_every_epochs=100000",
             "--set", "checkpoint.every_epochs=100000", "--set", "checkpoint.every_steps=20"], check=True, stdout=subprocess.DEVNULL)
        self.metrics = os.path.join(self.folder, name, "metrics.jsonl")

    address = "redis://127.0.0.1:26379"

    def start(self, number):
        log = open(os.path.join(self.folder, f"silo{number}.log"), "a")
        self.silos[number] = subprocess.Popen(
            [BUILT.format("Silo", "Actors.Silo"), "--cluster", self.address, "--address", f"127.0.0.{number}", "--devices", "cpu:0", "--threads-per-device", "1",
             "--data-root", ROOT, *self.arguments], stdout=log, stderr=log)

    def active(self):
        asked = subprocess.run([BUILT.format("Client", "actors"), "nodes", "--cluster", self.address, "--format", "json"], capture_output=True, text=True)
        try:
            return sum(silo["status"] == "active" for silo in json.loads(asked.stdout)["data"])
        except (ValueError, KeyError):
            return 0

    def steps(self):
        """Times of the newest steps."""
        if not os.path.exists(self.metrics):
            return []
        with open(self.metrics, "rb") as file:
            file.seek(max(0, os.path.getsize(self.metrics) - 50_000))
            lines = file.read().split(b"\n")[1:-1]
        told = [json.loads(line) for line in lines if line.startswith(b'{"kind":"step"')]
        return [datetime.datetime.fromisoformat(event["time"][:26] + "+00:00").timestamp() for event in told]

    def next_step_after(self, moment):
        wait_for("a step", lambda: any(at > moment for at in self.steps()))
        return min(at for at in self.steps() if at > moment)

    def end(self):
        for process in [*self.silos.values(), self.redis]:
            process.kill()
            process.wait()
        shutil.rmtree(self.folder)


for label, arguments in (("shipped", []), ("fast", ["--fast-failure-detection"])):
    cluster = Cluster(label, arguments)
    seconds = []
    for repeat in range(REPEATS):
        moment = time.time()
        wait_for("30 more steps", lambda: sum(at > moment for at in cluster.steps()) > 30)
        victim = 1 + repeat % 3
        cluster.silos[victim].send_signal(signal.SIGKILL)
        struck = time.time()
        cluster.silos[victim].wait()
        seconds.append(cluster.next_step_after(struck + 0.2) - struck)  # what was under way may still be told
        print(f"{label}: silo {victim} killed, a step again after {seconds[-1]:.1f} s", flush=True)
        cluster.start(victim)
        wait_for("three silos", lambda: cluster.active() == 3)
    print(f"{label}: median {statistics.median(seconds):.1f} s, {min(seconds):.1f} to {max(seconds):.1f}, {REPEATS} kills", flush=True)
    cluster.end()
