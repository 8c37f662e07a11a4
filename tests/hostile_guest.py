"""Stands in for QEMU: a guest that speaks the wire's language and does not keep to what it was asked.

HOW says in which way, GOOD names results (`run --json`) of the job's two cells, and CALLS is a file with a line for each guest
started: only the first of them is hostile, unless HOW begins with "always-"."""
import copy
import json
import os
import struct
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from whole import whole

if "help" in sys.argv or "--version" in sys.argv:
    print("QEMU emulator version 7.2.0")
    sys.exit(0)
out, packer, sequence = sys.stdout.buffer, zlib.compressobj(1), 0
console = next(a[5:] for a in sys.argv if a.startswith("file:"))
with open(os.environ["CALLS"], "a+") as calls:
    calls.write("\n")
    calls.seek(0)
    first = len(calls.read()) == 1
how = os.environ["HOW"]
if not first and not how.startswith("always-"):
    how = "honest"
good = whole(json.load(open(os.environ["GOOD"])))
kernel = {k: good["kernel"][k] for k in ("release", "version", "features", "missing")}


def frame(kind, body):
    global sequence
    packed = packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)
    head = b"HC" + kind + b"\0" + struct.pack(">II", sequence, len(packed))
    sequence += 1
    out.write(head + struct.pack(">I", zlib.crc32(packed, zlib.crc32(head + bytes(4)))) + packed)
    out.flush()


def say(kind, value):
    frame(kind, json.dumps(value).encode())


def start(cell):
    say(b"S", {"cell": cell})


def result(cell, change=None, **more):
    value = copy.deepcopy(good["cells"][which(cell)])
    if change:
        change(value)
    say(b"R", {"cell": cell, "result": value, "console": None, **more})


# A later guest is given what is left: with one cell left, its number is 0.
left = [0, 1] if first else [int(c) for c in os.environ.get("LEFT", "1").split()]


def which(cell):
    return left[cell]


def whole(cell):
    start(cell)
    result(cell)


def at(*path, to):
    def change(value):
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = to
    return change


shapes = {"hops-texts": at("hops", to=["x"])}
files = ["x", "../x", "/tmp/x", "a/../../x", "..", ".", "", "n" * 5000, "console-1.txt", "CELL/../../x", "CELL/trace.json/x", "CELL/x",
         "CELL", "a\x1b[31m"]
cell_name = f"{good['cells'][0]['case']}-0"


def hostile():
    kind, _, part = how.removeprefix("always-").partition("=")
    if kind == "before-hello":
        start(0)
    say(b"H", {})
    if kind == "hello-twice":
        say(b"H", {})
    say(b"N", {"kernel": dict(kernel, features=json.loads(part))} if kind == "kernel" else {"kernel": kernel})
    if kind == "number":
        start(json.loads(part))
    elif kind == "not-begun":
        result(0)
    elif kind == "begun-twice":
        start(0)
        start(0)
    elif kind == "answered-twice":
        whole(0)
        result(0)
    elif kind == "other-cell":
        start(0)
        say(b"R", {"cell": 0, "result": good["cells"][1]})
    elif kind == "shape":
        start(0)
        result(0, shapes[part])
    elif kind == "empty":
        start(0)
        say(b"R", {"cell": 0, "result": {}})
    elif kind == "no-object":
        start(0)
        frame(b"R", part.encode())
    elif kind == "console-list":
        start(0)
        result(0, console=json.loads(part))
    elif kind == "leak":
        start(0)
        say(b"N", {"leaked": json.loads(part), "console": []})
    elif kind == "file":
        start(0)
        frame(b"F", files[int(part)].replace("CELL", cell_name).encode() + b"\0data")
    elif kind == "file-nameless":
        start(0)
        frame(b"F", part.encode())
    elif kind == "file-late":
        whole(0)
        frame(b"F", (cell_name + "/trace.json").encode() + b"\0{}")
    elif kind == "file-large":
        start(0)
        for _ in range(9):
            frame(b"F", (cell_name + "/trace.json").encode() + b"\0" + bytes(2 << 20))
    elif kind == "talk":
        start(0)
        for _ in range(64):
            frame(b"N", b'{"x":"' + bytes([65]) * (1 << 20) + b'"}')
    elif kind in ("console", "messages"):
        start(0)
        signs = b"\x1b[2J" + b"x" * 1000000 + b"\n"
        with open(console + (".qemu" if kind == "messages" else ""), "ab", buffering=0) as to:
            for _ in range(100):
                to.write(signs)
    elif kind == "warns":  # the second of its cells, in whatever company
        for i, cell in enumerate(left):
            start(i)
            result(i, console=["WARNING: CPU: 0"] if cell == 1 else None)
            if cell == 1:
                say(b"N", {"warned": True})
                sys.exit(0)
    time.sleep(20)


def honest():
    say(b"H", {})
    say(b"N", {"kernel": kernel})
    for cell in range(len(left)):
        whole(cell)
    say(b"D", {})


def waits(cells):
    """For tests of signals: whole cells, so many of them, and then nothing; a kernel called bad fails its first one. With a
    name behind the number, only that kernel waits."""
    number, _, name = cells.partition(",")
    image = os.path.basename(sys.argv[sys.argv.index("-kernel") + 1])
    say(b"H", {})
    say(b"N", {"kernel": dict(kernel, version=image.rpartition("-")[2])})
    for cell in range(len(left)):
        if cell == int(number) and name in image:
            open(os.environ["CALLS"] + ".waits", "w").close()
            time.sleep(600)
        start(cell)
        result(cell, at("outcome", to="FAIL") if "bad" in image and cell == 0 else None)
    say(b"D", {})


try:
    open(console, "w").write("[    0.0] Linux\n")
    if how == "honest":
        honest()
    elif how.startswith("always-waits="):
        waits(how.removeprefix("always-waits="))
    else:
        hostile()
except (BrokenPipeError, OSError):
    time.sleep(20)
