# Reads KTAP as strictly as the kernel's Documentation/dev-tools/ktap.rst allows a reader to, and as the kernel's own reader
# does (kunit_parser.py), which must come to the same; prints the totals; ends with 1 and the line that is wrong.
# check_ktap.py [--rejects] FILE...
import re
import sys

from check_files import check_files

DIRECTIVES = {'SKIP', 'TODO', 'XFAIL', 'TIMEOUT', 'ERROR'}
RESULT = re.compile(r'(not ok|ok) (\d+)(?: ([^#\n]*))?(?: # (\S+)(?: .*)?)?$')


class Reader:
    def __init__(self, text):
        if not text.endswith('\n'):
            sys.exit('the last line does not end')
        self.lines = text[:-1].split('\n')
        self.at = 0
        self.totals = None

    def wrong(self, what):
        line = self.lines[self.at] if self.at < len(self.lines) else '(end)'
        sys.exit(f'line {self.at + 1}: {what}: {line}')

    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def level(self, depth):
        """A version line, a plan, as many results; gives what they came to: a count by word, at the leaves."""
        indent = '  ' * depth
        if self.peek() != f'{indent}KTAP version 1':
            self.wrong('no version line')
        self.at += 1
        self.diagnostics(indent)
        plan = re.fullmatch(rf'{indent}1\.\.(\d+)', self.peek() or '')
        if not plan:
            self.wrong('no plan')
        self.at += 1
        counts = {}
        for number in range(1, int(plan[1]) + 1):
            if depth == 0 and number == int(plan[1]) and self.bails_out():
                break
            self.test(depth, number, counts)
        return counts

    def bails_out(self):
        """Then the last line says so, and one test is missing."""
        self.diagnostics('')
        bails = (self.peek() or '').startswith('Bail out! ')
        self.at += bails
        return bails

    def diagnostics(self, indent):
        while (line := self.peek()) is not None and line.startswith(f'{indent}#'):
            if not line.startswith(f'{indent}# '):
                self.wrong('a diagnostic line without a space')
            if re.search(r'[\x00-\x1f\x7f]', line):
                self.wrong('a control character')
            if line.startswith('# Totals:') and not indent:
                self.totals = line
            self.at += 1

    def test(self, depth, number, counts):
        indent = '  ' * depth
        self.diagnostics(indent)
        inside = None
        if self.peek() == f'{indent}  KTAP version 1':
            inside = self.level(depth + 1)
            self.diagnostics(indent)
        line = self.peek()
        result = RESULT.fullmatch(line[len(indent):]) if line is not None and line.startswith(indent) else None
        if not result:
            self.wrong('no result line')
        passed, given, description, directive = result[1] == 'ok', int(result[2]), result[3], result[4]
        if given != number:
            self.wrong(f'number {given} where {number} is next')
        if not description:
            self.wrong('no description')
        if directive and directive not in DIRECTIVES:
            self.wrong(f'no such directive: {directive}')
        if inside is not None:
            failed = inside.get('fail', 0) + inside.get('error', 0)
            if passed != (failed == 0):
                self.wrong(f'{failed} subtests failed')
            for word, count in inside.items():
                counts[word] = counts.get(word, 0) + count
        else:
            word = ('skip' if directive == 'SKIP' else 'xfail' if directive == 'XFAIL' else
                    'pass' if passed else 'error' if directive == 'ERROR' else 'fail')
            if word == 'xfail' and not passed:
                self.wrong('an expected failure fails')
            counts[word] = counts.get(word, 0) + 1
        self.at += 1


class KernelReader:
    """By the rules of tools/testing/kunit/kunit_parser.py, which looks at no indentation: what a test is, and where its
    subtests end, is told by names and counts alone."""
    START = re.compile(r'\s*K?TAP version \d+$')
    END = re.compile(r'List of all partitions:|Kernel panic - not syncing: VFS:|reboot: System halted')
    HEADER = re.compile(r'\s*# Subtest: (.*)$')
    PLAN = re.compile(r'\s*1\.\.(\d+)')
    RESULT = re.compile(r'\s*(ok|not ok) (\d+) ?(?:- )?([^#]*)( # .*)?$')
    SKIP = re.compile(r'\s*(?:ok|not ok) \d+ ?(?:- )?.* # SKIP')

    def __init__(self, text):
        self.lines = []
        for line in text.split('\n')[:-1]:
            if self.END.search(line):
                break
            self.lines.append(line.rstrip())
        self.at = 0
        self.counts = {'passed': 0, 'failed': 0, 'skipped': 0}

    def wrong(self, what):
        sys.exit(f'line {self.at + 1}: to kunit_parser: {what}: {self.peek() or "(end)"}')

    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else ''

    def take(self, pattern):
        match = pattern.match(self.peek())
        self.at += bool(match)
        return match

    def log(self):
        ends = self.RESULT, self.HEADER, self.START, self.PLAN
        while self.at < len(self.lines) and not any(end.match(self.peek()) for end in ends):
            self.at += 1

    def is_result_of(self, name):
        match = self.RESULT.match(self.peek())
        return match and match[3] == name

    def subtests(self, name):
        plan = self.take(self.PLAN)
        if not plan or plan[1] == '0':
            self.wrong('no tests run')
        for number in range(1, int(plan[1]) + 1):
            self.log()
            if self.at == len(self.lines) and self.lines[-1].startswith('Bail out! ') and not name and number == int(plan[1]):
                return  # to it, too, a test that is missing
            if self.at == len(self.lines) or (name and self.is_result_of(name)):
                self.wrong('a missing subtest, which counts as a crash')
            self.test(number)

    def test(self, number):
        start, header = self.take(self.START), self.take(self.HEADER)
        if start or header:
            self.log()
            self.subtests(header and header[1])
            self.log()
            if header and not self.is_result_of(header[1]):
                self.wrong(f'no result line of {header[1]}')
        skip = self.SKIP.match(self.peek())
        result = self.take(self.RESULT)
        if not result or int(result[2]) != number:
            self.at -= bool(result)
            self.wrong(f'not the result of test {number}')
        if not start and not header:
            self.counts['skipped' if skip else 'passed' if result[1] == 'ok' else 'failed'] += 1

    def read(self):
        """What the tests without subtests came to."""
        if not self.take(self.START):
            self.wrong('no version')
        self.log()
        self.subtests(None)
        self.log()
        if self.at < len(self.lines):
            self.wrong('after the last test')
        return self.counts


def check(path):
    """The totals that a file has; ends with what is wrong."""
    with open(path, encoding='utf-8', newline='') as file:
        text = file.read()
    reader = Reader(text)
    leaves = reader.level(0)
    reader.diagnostics('')
    if reader.peek() is not None:
        reader.wrong('after the last test')
    said = dict(re.findall(r'(\w+):(\d+)', reader.totals or sys.exit('no totals line')))
    said = {word: int(count) for word, count in said.items()}
    if set(said) != {'pass', 'fail', 'xfail', 'xpass', 'skip', 'error'}:
        sys.exit(f'totals of other things: {reader.totals}')
    said['pass'] += said.pop('xpass')
    seen = {word: leaves.get(word, 0) for word in said}
    if said != seen:
        sys.exit(f'{reader.totals}, but there are {seen}')
    kernels = {'passed': seen['pass'] + seen['xfail'], 'failed': seen['fail'] + seen['error'], 'skipped': seen['skip']}
    counts = KernelReader(text).read()
    if counts != kernels:
        sys.exit(f'{reader.totals}, but kunit_parser counts {counts}')
    return reader.totals[2:]


if __name__ == '__main__':
    check_files(check)
