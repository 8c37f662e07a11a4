"""Sends signals to hopcheck at moments that are waited for, never guessed: called by signals.sh in its WORK.

What a moment is made of: an `ip` that waits stops a run before its first cell or between cells, a stand-in for QEMU stops a
guest, a FIFO stops an output until it is read, a pipe without an end stops merge."""
import json
import os
import pty
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as tree

TESTS = os.path.dirname(os.path.abspath(__file__))
HOPCHECK = os.environ['HOPCHECK']
MARK = f'HOPCHECK_SIGNALS={os.getpid()}.{time.time_ns()}'
INT, HUP, TERM = signal.SIGINT, signal.SIGHUP, signal.SIGTERM
OUTPUTS = {'json': 'o.json', 'ktap': 'o.ktap', 'tap': 'o.tap', 'junit': 'o.xml', 'html': 'o.html'}
MATRIX_OUTPUTS = {**OUTPUTS, 'brief': 'o.brief', 'markdown': 'o.md'}
tried = 0
failures = []


def complain(words):
    failures.append(words)
    print(words)


def is_so(what, seen, wanted):
    if seen != wanted:
        complain(f'{what}: {seen!r}, not {wanted!r}')


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f'{what}: not within {seconds} s; {failures}')
        time.sleep(0.01)


def ours():
    """Processes with our mark, told by their environment, that are no zombies."""
    for pid in os.listdir('/proc'):
        try:
            with open(f'/proc/{pid}/environ', 'rb') as file:
                if MARK.encode() in file.read().split(b'\0'):
                    yield int(pid)
        except OSError:
            pass


def machine():
    with open('/proc/self/mounts', encoding='utf-8') as mounts:
        return sorted(os.listdir('/sys/class/net')), len(mounts.readlines())


class Run:
    """hopcheck in a directory of its own, with old outputs in it; in a session of its own, so that a signal to its process
    group is the terminal's."""

    def __init__(self, name, arguments, outputs=None, ignore=None, **options):
        global tried
        tried += 1
        self.name = name
        self.outputs = outputs or {}
        self.directory = f'at/{name.replace(" ", "-")}'
        os.makedirs(self.directory + '/tmp')
        self.before = machine()
        here = os.path.abspath(self.directory)
        self.environment = {**os.environ, 'TMPDIR': here + '/tmp', 'CALLS': here + '/calls', 'STOP': here, 'LEFT': '0 1',
                            'GOOD': os.path.abspath('good.json'), 'HOW': 'honest',
                            'PATH': f'{os.getcwd()}/bin:{os.environ["PATH"]}', **options, **dict([MARK.split('=')])}
        for option, file in self.outputs.items():
            with open(self.path(file), 'w', encoding='utf-8') as old:
                old.write('old\n')
            arguments = [*arguments, f'--{option}', self.path(file)]
        self.arguments = arguments

        def prepare():
            for number in (INT, HUP, TERM):
                signal.signal(number, signal.SIG_IGN if number == ignore else signal.SIG_DFL)
        self.prepare = prepare

    def path(self, file):
        return os.path.join(self.directory, file)

    def start(self, **more):
        self.out, self.err = (open(self.path(name), 'w+', encoding='utf-8') for name in ('out', 'err'))
        how = {'stdin': subprocess.DEVNULL, 'stdout': self.out, 'stderr': self.err, **more}
        self.process = subprocess.Popen([HOPCHECK, *self.arguments], env=self.environment, start_new_session=True,
                                        preexec_fn=self.prepare, **how)
        return self

    def text(self, name):
        with open(self.path(name), encoding='utf-8', errors='replace') as file:
            return file.read()

    def there(self, file):
        until(lambda: os.path.exists(self.path(file)) or self.process.poll() is not None, f'{self.name}: {file}')
        if self.process.poll() is not None:
            sys.exit(f'{self.name}: it ended by itself: {self.text("err")}')

    def send(self, number, group=True):
        (os.killpg if group else os.kill)(self.process.pid, number)

    def ends(self, code, seconds=30):
        """And leaves nothing."""
        try:
            is_so(f'{self.name}: the exit code', self.process.wait(seconds), code)
        except subprocess.TimeoutExpired:
            self.process.kill()
            sys.exit(f'{self.name}: does not end')
        self.leaves_nothing()

    def leaves_nothing(self):
        until(lambda: not list(ours()), f'{self.name}: processes are left')
        until(lambda: machine() == self.before, f'{self.name}: interfaces or mounts: {machine()}, not {self.before}')
        left = [name for name in os.listdir(self.directory) if name.startswith('.')] + os.listdir(self.directory + '/tmp')
        is_so(f'{self.name}: files that are left', left, [])

    def wrote(self, unrun):
        """Every output, whole, and partial with so many cells that have no result (a set: one of these); 0: not partial."""
        text = {option: self.text(file) for option, file in self.outputs.items()}
        document = json.loads(text['json'])
        run = document['kernels'][0] if 'kernels' in document else document
        runs = document.get('kernels', [document])
        cells = sum(len(one['cells']) for one in runs)
        seen = sum(one.get('unrun', 0) for one in runs)
        if seen not in unrun:
            complain(f'{self.name}: {seen} cells have no result, not {unrun}')
        partial = unrun != {0}
        is_so(f'{self.name}: JSON', document.get('partial', False), partial)
        is_so(f'{self.name}: JSON of a run', any(one.get('partial') for one in runs), partial)
        said = f'a signal ended it when {seen} of {cells + seen} cell'
        for option in ('ktap', 'tap'):
            last = text[option].rstrip('\n').split('\n')[-1]
            is_so(f'{self.name}: {option}', last.startswith(f'Bail out! {said}'), partial)
        subprocess.run([sys.executable, TESTS + '/check_ktap.py', self.path(OUTPUTS['ktap'])], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, TESTS + '/check_junit.py', self.path(OUTPUTS['junit'])], check=True,
                       stdout=subprocess.DEVNULL)
        plan = int(text['tap'].split('\n')[1].split('..')[1].split()[0])
        is_so(f"{self.name}: TAP's plan", plan, cells + seen)
        errors = [e.get('message') for e in tree.fromstring(text['junit']).iter('error') if e.get('type') == 'PARTIAL']
        is_so(f'{self.name}: JUnit', len(errors), int(partial))
        is_so(f'{self.name}: the page', '"partial":"a signal ended it' in text['html'], partial)
        is_so(f'{self.name}: the table', 'PARTIAL: a signal ended it when' in self.text('out').replace('\n  ', ' '), partial)
        if 'brief' in text:
            is_so(f'{self.name}: brief', any(r.get('partial') for r in json.loads(text['brief'])['kernels']), partial)
            is_so(f'{self.name}: Markdown', 'PARTIAL: a signal' in text['markdown'], partial)
        report = subprocess.run([HOPCHECK, 'report', self.path('o.json')], stdout=subprocess.PIPE, check=False)
        is_so(f'{self.name}: report', (report.returncode in (1, 3), b'PARTIAL' in report.stdout), (partial, partial))
        return run


def program(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(path, 0o755)


os.makedirs('bin')
# Waits for ever from the moment that the file `stop` is there.
program('bin/ip', '''#!/bin/sh
PATH=${PATH#*:}
while [ -e "$STOP/stop" ]; do : >"$STOP/stopped"; sleep 0.05; done
exec ip "$@"
''')
program('bin/qemu-system-x86_64', f'#!/bin/sh\nexec python3 {TESTS}/hostile_guest.py "$@"\n')
PROBE = ['final-host', 'controls', 'router-offloads']


def run(name, *arguments, outputs=None, **options):
    return Run(name, ['run', '--ip', *arguments], OUTPUTS if outputs is None else outputs, **options)


def early(workers, number, code, group):
    one = run(f'run -j {workers} early {number.name}', '-j', str(workers), *PROBE)
    open(one.path('stop'), 'w').close()
    one.start().there('stopped')
    one.send(number, group)
    one.ends(code)
    is_so(f'{one.name}: its cells', one.wrote(range(1, 10000))['cells'], [])


def middle(workers, number, code, group, **more):
    one = run(f'run -j {workers} middle {number.name}{" alone" if not group else ""}', '-j', str(workers), '--keep',
              f'at/kept-{tried}', *PROBE)
    kept = one.arguments[5]
    one.start(**more)
    until(lambda: 'final-host: ' in one.text('err') or one.process.poll() is not None, one.name)
    open(one.path('stop'), 'w').close()
    one.there('stopped')
    one.send(number, group)
    one.ends(code)
    found = one.wrote(range(1, 10000))
    if not found['cells']:
        complain(f'{one.name}: no cell')
    for name in os.listdir(kept):
        if name != 'kernel.json':
            is_so(f'{one.name}: {name}', sorted(os.listdir(f'{kept}/{name}')), ['trace.json', 'trace.pcapng'])
    is_so(f'{one.name}: kept traces', len(os.listdir(kept)) - 1, len(found['cells']))


def writing(name, arguments, outputs):
    """The first output waits for its reader: with one signal all are whole, with two the others are as they were."""
    for signals in (1, 2):
        one = Run(f'{name} writing {signals}', arguments, outputs)
        os.remove(one.path('o.json'))
        os.mkfifo(one.path('o.json'))
        one.start()
        until(lambda: one.process.poll() is not None or waits_in_open(one), one.name)
        one.send(INT)
        if signals == 1:
            with open(one.path('o.json'), encoding='utf-8') as fifo:
                text = fifo.read()
            os.remove(one.path('o.json'))
            with open(one.path('o.json'), 'w', encoding='utf-8') as file:
                file.write(text)
            one.ends(130)
            one.wrote({0})
        else:
            time.sleep(0.2)  # whatever the first one does, it is not waited for
            one.send(INT)
            one.ends(-INT)
            for option, file in outputs.items():
                if option != 'json':
                    is_so(f'{one.name}: {file}', one.text(file), 'old\n')


def waits_in_open(one):
    with open(f'/proc/{one.process.pid}/wchan', encoding='ascii') as file:
        where = file.read()
    return 'fifo' in where or 'wait_for_partner' in where


def second(name, one, there):
    one.start().there(there)
    one.process.send_signal(signal.SIGSTOP)  # so that both are there at once
    one.send(INT, False)
    one.send(TERM, False)
    one.process.send_signal(signal.SIGCONT)
    if one.process.wait(30) not in (-TERM, -INT):
        complain(f'{name}: ended with {one.process.returncode}')
    until(lambda: not list(ours()), f'{name}: processes are left')
    until(lambda: machine() == one.before, f'{name}: interfaces or mounts')


def terminal():
    """^C is typed; the progress line is wiped before the table comes."""
    one = run('run on a terminal', *PROBE, outputs={'json': 'o.json'}, TERM='xterm', COLUMNS='100')
    pid, master = pty.fork()
    if pid == 0:
        one.prepare()
        os.execvpe(HOPCHECK, [HOPCHECK, *one.arguments], one.environment)
    shown = b''
    while b'final-host' not in shown:
        shown += os.read(master, 65536)
    open(one.path('stop'), 'w').close()
    until(lambda: os.path.exists(one.path('stopped')), one.name)
    os.write(master, b'\3')
    while True:
        try:
            shown += os.read(master, 65536)
        except OSError:
            break
    is_so(f'{one.name}: exit', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 130)
    progress = shown.rfind(b'\r\x1b[K')
    if progress < 0 or not shown[progress + 4:].lstrip(b'\r\n').startswith(b'kernel ') or b'PARTIAL' not in shown[progress:]:
        complain(f'{one.name}: {shown[-400:]!r}')
    one.leaves_nothing()


def hangup():
    """The terminal goes away: what is there is written still."""
    one = run('run when the terminal goes', *PROBE, outputs={'json': 'o.json'}, TERM='xterm')
    pid, master = pty.fork()
    if pid == 0:
        one.prepare()
        os.execvpe(HOPCHECK, [HOPCHECK, *one.arguments], one.environment)
    shown = b''
    while b'final-host' not in shown:
        shown += os.read(master, 65536)
    os.close(master)
    is_so(f'{one.name}: exit', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 129)
    is_so(f'{one.name}: JSON', json.loads(one.text('o.json')).get('partial'), True)
    one.leaves_nothing()


def ignored():
    """nohup: SIGHUP changes nothing."""
    one = run('run with SIGHUP ignored', 'final-host', '--only', 'mode=plain', ignore=HUP)
    open(one.path('stop'), 'w').close()
    one.start().there('stopped')
    one.send(HUP)
    os.remove(one.path('stop'))
    one.ends(0)
    one.wrote({0})


def matrix(how, code, number, unrun, guests):
    one = Run(f'matrix -j {guests} {how} {number.name}', ['matrix', '--accel', 'tcg', '-j', str(guests),
              '--kernel', 'a=good-6.1.1', '--kernel', 'b=good-6.1.1', '--keep', f'at/guests-{tried}', 'own/cases/two.yaml'], MATRIX_OUTPUTS, HOW=how)
    kept = one.arguments[one.arguments.index('--keep') + 1]
    one.start().there('calls.waits')
    one.send(number)
    one.ends(code)
    one.wrote(unrun)
    is_so(f'{one.name}: consoles', all(os.listdir(f'{kept}/{label}') for label in os.listdir(kept)), True)


def bisect(how, words, runs):
    os.makedirs('scripts', exist_ok=True)
    program('scripts/kernels.sh', f'''#!/bin/sh
case $* in
--list) printf '6.1.3\\tmid\\t6.1.3-1\\tsuite\\t1\\tcached\\n' ;;
*) printf 'mid\\tmid\\t{os.getcwd()}/mid-6.1.3\\t\\n' ;;
esac
''')
    one = Run(f'bisect {how}', ['bisect', '-j', '2', '--accel', 'tcg', '--good', 'good-6.1.1', '--bad', 'bad-6.1.5',
              'own/cases/two.yaml'], {'json': 'o.json'}, HOW=how)
    one.start().there('calls.waits')
    one.send(INT)
    one.ends(130)
    document = json.loads(one.text('o.json'))
    is_so(f'{one.name}: JSON', (document.get('partial'), [len(run['cells']) for run in document['kernels']]), (True, runs))
    if words not in one.text('out'):
        complain(f'{one.name}: nothing says {words!r}: {one.text("out")} {one.text("err")}')


def merge(arguments, outputs, number, code):
    one = Run(f'merge {" ".join(arguments)}', ['merge', *arguments], outputs)
    read, write = os.pipe()
    one.start(stdin=read)
    os.close(read)
    until(lambda: 'poll' in open(f'/proc/{one.process.pid}/wchan', encoding='ascii').read(), one.name)
    one.send(number)
    one.ends(code)
    os.close(write)
    return one


for workers in (1, 2):
    early(workers, INT, 130, True)
    middle(workers, INT, 130, True)
early(2, HUP, 129, False)
middle(2, HUP, 129, True)
middle(2, TERM, 143, False)
writing('run', ['run', 'final-host', '--only', 'mode=plain'], OUTPUTS)
again = run('run twice', *PROBE)
open(again.path('stop'), 'w').close()
second('run twice', again, 'stopped')
terminal()
hangup()
ignored()

matrix('always-waits=0', 130, INT, {4}, 1)
matrix('always-waits=1', 130, INT, {2, 3}, 2)
matrix('always-waits=1', 129, HUP, {2, 3, 4}, 2)
writing('matrix', ['matrix', '--accel', 'tcg', '--kernel', 'a=good-6.1.1', 'own/cases/two.yaml'], MATRIX_OUTPUTS)
second('matrix twice', Run('matrix twice', ['matrix', '--accel', 'tcg', '--kernel', 'a=good-6.1.1', 'own/cases/two.yaml'],
                           MATRIX_OUTPUTS, HOW='always-waits=1'), 'calls.waits')
bisect('always-waits=1,bad', 'A signal ended it before both ends had run', [2, 1])
bisect('always-waits=0,mid', 'Linux 6.1.1 is good, 6.1.5 is bad, and what is between them is open: 1 kernel.', [2, 2, 0])
bisect('always-waits=1,mid', 'Linux 6.1.3 is good, 6.1.5 is bad, and nothing is left between them.', [2, 2, 1])

merged = merge(['good.json', '-'], MATRIX_OUTPUTS, INT, 130)
is_so('merge: JSON', json.loads(merged.text('o.json'))['partial'], True)
is_so('merge: KTAP', 'Bail out! a signal ended it before all results were there' in merged.text('o.ktap'), True)
nothing = merge(['-', 'good.json'], MATRIX_OUTPUTS, HUP, 129)
is_so('merge: nothing was there', {nothing.text(file) for file in MATRIX_OUTPUTS.values()}, {'old\n'})
writing('merge', ['merge', 'good.json', 'other.json'], MATRIX_OUTPUTS)

if failures:
    sys.exit(1)
print(f'{tried} times a signal: run, matrix, bisect and merge tell what is there, and leave nothing')
