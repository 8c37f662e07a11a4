# Holds JUnit XML against what the Jenkins schema and common viewers ask for, and prints the counts; ends with 1 and what
# is wrong. check_junit.py [--rejects] FILE...
import re
import sys
import xml.etree.ElementTree as tree

from check_files import check_files

# element: (attributes that must be, that may be, elements in it)
RULES = {
    'testsuites': ((), ('name', 'time', 'tests', 'failures', 'disabled', 'errors'), ('testsuite',)),
    'testsuite': (('name', 'tests', 'failures', 'errors'),
                  ('time', 'skipped', 'disabled', 'timestamp', 'hostname', 'id', 'package'),
                  ('properties', 'testcase', 'system-out', 'system-err')),
    'properties': ((), (), ('property',)),
    'property': (('name', 'value'), (), ()),
    'testcase': (('name', 'classname'), ('time', 'assertions', 'status'),
                 ('skipped', 'error', 'failure', 'system-out', 'system-err')),
    'skipped': ((), ('message', 'type'), ()),
    'failure': (('type', 'message'), (), ()),
    'error': (('type', 'message'), (), ()),
    'system-out': ((), (), ()),
    'system-err': ((), (), ()),
}
COUNTS = ('tests', 'failures', 'errors', 'skipped')
ELEMENT_OF = {'failures': 'failure', 'errors': 'error', 'skipped': 'skipped'}


def check_element(element, where):
    if element.tag not in RULES:
        sys.exit(f'{where}: no such element: {element.tag}')
    must, may, inside = RULES[element.tag]
    where = f'{where}/{element.tag}[{element.get("name", "")}]'
    for name in must:
        if element.get(name) is None:
            sys.exit(f'{where}: no {name}')
    for name, value in element.items():
        if name not in must + may:
            sys.exit(f'{where}: no such attribute: {name}')
        if name in COUNTS and not re.fullmatch(r'\d+', value):
            sys.exit(f'{where}: {name} is {value}')
        if name == 'time' and not re.fullmatch(r'\d+(\.\d+)?', value):
            sys.exit(f'{where}: time is {value}')
    for child in element:
        if child.tag not in inside:
            sys.exit(f'{where}: {child.tag} may not be here')
        check_element(child, where)
    if element.tag == 'testcase' and sum(child.tag in ('skipped', 'error', 'failure') for child in element) > 1:
        sys.exit(f'{where}: more than one result')


def counted(element):
    cases = list(element.iter('testcase'))
    counts = {name: sum(case.find(tag) is not None for case in cases) for name, tag in ELEMENT_OF.items()}
    return {'tests': len(cases), **counts}


def compare(element):
    counts = counted(element)
    for name in COUNTS:
        if element.get(name) is not None and int(element.get(name)) != counts[name]:
            sys.exit(f'{element.tag} {element.get("name")}: {name} is {element.get(name)}, there are {counts[name]}')


def check(path):
    """The counts of a file; ends with what is wrong."""
    try:
        root = tree.parse(path).getroot()
    except tree.ParseError as error:
        sys.exit(f'no XML: {error}')
    if root.tag != 'testsuites':
        sys.exit(f'the root is {root.tag}')
    check_element(root, '')
    compare(root)
    for suite in root:
        compare(suite)
        names = [(case.get('classname'), case.get('name')) for case in suite.iter('testcase')]
        if len(set(names)) != len(names):
            sys.exit(f'{suite.get("name")}: two testcases of one name')
    return ' '.join(f'{name}={count}' for name, count in counted(root).items())


if __name__ == '__main__':
    check_files(check)
