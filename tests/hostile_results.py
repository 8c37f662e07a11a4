# Results as somebody would make them who wants to be more than read; and what must not be in what is made of them.
# hostile_results.py make IN >OUT; check KIND FILE; open PAGE PROFILE.
import copy
import json
import os
import re
import sys
import xml.etree.ElementTree

# Each of these acts somewhere: in a terminal, in the order of writing, in HTML, in Markdown, in TAP, in a CI system's log.
PARTS = ['</script><script>window.acted=1</script>', '<img src=x onerror=window.acted=2>', '\'"><svg/onload=window.acted=3>',
         '\x01\x1b[31m\x1b]0;title\x07\x9b31m\x7f', '\u202eturned\u2066\u200f\u061c', '\u2028\u2029\ufeff\ufffe', '<!--<script>]]>',
         '| a | `b` | [c](javascript:window.acted=4) ![d](x)', ' # SKIP no # TODO no', '\r\nok 99 - forged\nBail out!\n',
         '\n::error::forged\n ::set-output name=x::y ##[error]forged\n# Subtest: forged\n', '\U000e0041{{7*7}}${7*7}']
NASTY = ''.join(PARTS)
# Every character that may not reach a reader as it is.
ACTING = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff'
                    '\U000e0000-\U000e007f]')
DIRECTIVE = re.compile(r'(?<!\\)# *(?:SKIP|TODO|XFAIL|XPASS|TIMEOUT|ERROR)', re.I)
WORDS = ['PASS', 'KNOWN', 'FIXED', 'FAIL', 'SKIP', 'BROKEN']


# Members that say one of a few words: another one there is an error.
FEW_WORDS = {'outcome', 'fate', 'direction', 'checksum', 'how', 'way'}


def hostile(value, keys=False):
    """Every string with all of it behind, and where they are names of somebody's, the keys too."""
    if isinstance(value, dict):
        return {name + NASTY if keys else name:
                one if name in FEW_WORDS and isinstance(one, str) else hostile(one, keys) for name, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, keys) for one in value]
    return value + NASTY if isinstance(value, str) else value


def hostile_cell(cell, number):
    made = hostile(cell)
    made['outcome'] = WORDS[number % len(WORDS)]
    for name in ('axes', 'counters', 'offloads', 'models'):
        made[name] = hostile(cell[name], keys=True)
    if made['outcome'] in ('KNOWN', 'FIXED'):
        made['known'] = {name: NASTY for name in ('because', 'ref', 'workaround', 'kernel')}
    made.update(complaints=[NASTY, NASTY], console=[NASTY],
                drops=[{name: NASTY for name in ('node', 'interface', 'reason', 'function', 'packet')} | {'count': 2}])
    return made


def hostile_topologies(topologies):
    """Names with all of it; and such as no file of ours can say."""
    made = {name + NASTY: hostile(one) for name, one in topologies.items()}
    for one in made.values():
        for link, seen in zip(one['links'], next(iter(topologies.values()))['links']):
            link['ends'] = ['.'.join(name + NASTY for name in end.split('.')) for end in seen['ends']]
        for node in one['nodes']:
            node['sids'] = {sid + NASTY: word for sid, word in node['sids'].items()}
    return made


def broken_topologies(cells):
    """Links to nodes that are not there, nodes without anything, none at all, a link of three ends: a cell each."""
    shapes = [{'nodes': [{'name': 'a'}, {'name': 'b.c'}, {'name': 'b'}],
               'links': [{'ends': ['a.0', 'b.c.1']}, {'ends': ['a.0', 'nowhere.1']}, {'ends': ['a.0']}, {}]},
              {'nodes': [], 'links': []}, {}, {'nodes': [{}], 'links': [{}]},
              {'nodes': [{'name': f'n{i}', 'sids': {'x': 'y'}} for i in range(300)], 'links': [{'ends': ['n0.a', 'n0.b']}]},
              {'nodes': [{'name': 'a'}, {'name': 'b'}, {'name': 'c'}, {'name': 'link 0'}],
               'links': [{'ends': ['a.x', 'b.x', 'c.x'], 'kind': 'lan', 'mtu': 1400}]}]
    topologies, made = {}, []
    for number, shape in enumerate(shapes):
        cell = copy.deepcopy(cells[number % len(cells)])
        cell.update(case='broken', axes={'shape': str(number)}, topology=f'shape{number}')
        if number % 2:
            cell.update(verdict={}, journey={'packet': 'x', 'steps': [{}], 'end': {}}, hops=[{}], drops=[{}], counters={'a': {}})
        topologies[f'shape{number}'] = shape
        made.append(cell)
    return topologies, made


def make(path):
    with open(path, encoding='utf-8') as file:
        seen = json.load(file)
    cells = [hostile_cell(cell, number) for number, cell in enumerate(seen['cells'])]
    kernel = hostile(seen['kernel'])
    kernel.update(features={'seg6': True, NASTY: True}, missing={'hmac': NASTY, NASTY: NASTY}, nics={NASTY: 3})
    kernel.update({name: NASTY for name in ('label', 'machine', 'qemu', 'troubles')})
    topologies = hostile_topologies(seen['topologies'])
    more, broken = broken_topologies(seen['cells'])
    run = {'kernel': kernel, 'topologies': topologies | more, 'cells': cells + broken}
    other = copy.deepcopy(run)
    other['kernel']['label'] = 'b' + NASTY
    for cell in other['cells']:
        cell['outcome'] = 'FAIL' if cell['outcome'] == 'PASS' else cell['outcome']
    json.dump({'hopcheck': NASTY, 'command': NASTY, 'kernels': [run, other]}, sys.stdout)


def is_plain(text):
    found = ACTING.search(text)
    if found:
        sys.exit(f'{found[0]!r} in {text[max(0, found.start() - 40):found.end() + 40]!r}')
    for line in text.split('\n'):
        if re.match(r'\s*::[a-z-]+', line) or '##[' in line:
            sys.exit(f'a command of a CI system: {line!r}')


def markdown(text):
    bare = re.sub(r'(`+)(?!`).*?(?<!`)\1(?!`)', 'code', re.sub(r'\\[\\`|\[#>]', 'x', text))
    for what in ('<', '`', '[', ']('):
        if what in bare.replace('](', '] (') and what != '](':
            sys.exit(f'{what} acts in {text[max(0, bare.find(what) - 60):][:160]!r}')
    tables = re.findall(r'(?m)^\|.*$', bare)
    if len({line.count('|') for line in tables}) != 1:
        sys.exit(f'a table of uneven rows: {tables}')
    if re.search(r'(?m)^\s*#', text):
        sys.exit('a heading')


def tap(text):
    lines = text.split('\n')
    plan = int(re.match(r'1\.\.(\d+)', lines[1])[1])
    results = [line for line in lines if re.match(r'(not )?ok\b', line)]
    if len(results) != plan or any(line.startswith('Bail out!') for line in lines):
        sys.exit(f'{len(results)} results of {plan}, or it bails out')
    if any(len(DIRECTIVE.findall(line)) > 1 for line in results):
        sys.exit('a second directive')


def ktap(text):
    if any(line.lstrip().startswith('Bail out!') or re.match(r'\s*(not )?ok ', line) and len(DIRECTIVE.findall(line)) > 1
           for line in text.split('\n')):
        sys.exit('it bails out, or has a second directive')


def html(text):
    if text.count('<script') != text.count('</script>') or 'acted=1</script>' in text:
        sys.exit('a script ends early')


def junit(text):
    for element in xml.etree.ElementTree.fromstring(text).iter():
        if element.tag not in ('testsuites', 'testsuite', 'testcase', 'properties', 'property', 'failure', 'error', 'skipped',
                               'system-out'):
            sys.exit(f'an element <{element.tag}>')


def check(kind, path):
    with open(path, encoding='utf-8', newline='') as file:
        text = file.read()
    is_plain(text)
    if 'forged' not in text:
        sys.exit('the strings are not there at all')
    {'text': str, 'markdown': markdown, 'tap': tap, 'ktap': ktap, 'junit': junit, 'html': html}[kind](text)


def open_all(path, profile):
    """Each pane of the page, and nothing that acts."""
    from browser import Browser
    with Browser(profile) as browser:
        browser.open(f'file://{os.path.abspath(path)}')
        browser.wait("document.querySelector('#matrix tbody')", 'the table')
        title = browser.script('return document.title')
        shown = browser.script("""
          const missing = [];
          let panes = 0;
          data.cases.forEach((one, c) => one.cells.forEach((cell, i) => data.kernels.forEach((_, k) => {
            if (!cell.results[k]) return;
            openDetail({ case: c, cell: i, kernel: k }, false);
            const pane = document.getElementById('detail');
            panes++;
            const sections = [...pane.querySelectorAll('h3')].map((h) => h.textContent);
            if (pane.hidden || !pane.querySelector('h2') || !sections.length ||
              (!one.name.startsWith('broken') && sections.includes('Not shown')))
              missing.push(`${c}:${i}:${k} ${pane.innerText.slice(0, 2000)}`);
            if (one.name.startsWith('broken') && i === 0 && pane.querySelectorAll('svg .link').length !== 1)
              missing.push('the link that is there is not drawn');
            if (one.name.startsWith('broken') && i === 5 && (pane.querySelectorAll('svg .link').length !== 3 ||
              pane.querySelectorAll('svg .node').length !== 5 || pane.querySelector('svg .hub')?.textContent !== 'lan, mtu 1400'))
              missing.push(`the link of three ends is not drawn: ${pane.querySelector('svg')?.outerHTML}`);
            closeDetail();
          })));
          return { panes, missing };""")
        drawn = browser.script("""
          openDetail({ case: 0, cell: 0, kernel: 0 }, false);
          return [document.querySelectorAll('svg .node').length, document.querySelectorAll('svg .link').length]""")
        if shown['missing'] or shown['panes'] < 12:
            sys.exit(f"{shown['panes']} panes, and: {shown['missing'][:3]}")
        if drawn[0] < 3 or drawn[1] < 2:
            sys.exit(f'a topology of {drawn[0]} nodes and {drawn[1]} links')
        if browser.script('return window.acted ?? null') is not None or browser.script('return document.title') != title:
            sys.exit('something acted')
        if browser.script("return document.querySelectorAll('body img, body iframe, body a[href^=javascript]').length"):
            sys.exit('an element that no page of ours has')
        said = browser.log()
        if said:
            sys.exit(f'the page said: {said[:3]}')
        print(f"{shown['panes']} panes open")


if sys.argv[1] == 'make':
    make(sys.argv[2])
elif sys.argv[1] == 'check':
    check(sys.argv[2], sys.argv[3])
else:
    open_all(sys.argv[2], sys.argv[3])
