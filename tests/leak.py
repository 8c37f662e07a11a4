"""Holds the namespaces of the first lab of a run: leak.py COMMAND... runs it with an `ip` before PATH that waits while the file
`stop` is there, and ends with its exit code. The run's processes are told by a mark in their environment."""
import glob
import os
import subprocess
import sys
import time

MARK = f'HOPCHECK_LEAK={os.getpid()}.{time.time_ns()}'


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            sys.exit('the first lab is not built within 30 s')
        time.sleep(0.01)


def namespaces():
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{pid}/environ', 'rb') as file:
                if MARK.encode() not in file.read().split(b'\0'):
                    continue
            for fd in os.listdir(f'/proc/{pid}/fd'):
                if os.readlink(f'/proc/{pid}/fd/{fd}').startswith('net:['):
                    yield os.open(f'/proc/{pid}/fd/{fd}', os.O_RDONLY)
        except OSError:
            pass


with open('stop', 'w', encoding='ascii'):
    pass
environment = {**os.environ, 'PATH': f'{os.getcwd()}/bin:{os.environ["PATH"]}', **dict([MARK.split('=')])}
run = subprocess.Popen(sys.argv[1:], env=environment)
until(lambda: glob.glob('stopped.*') or run.poll() is not None)
held = list(namespaces())
print(f'{len(held)} namespaces held')
os.remove('stop')
sys.exit(run.wait(60))
