# Makes, of the results of a real run, results of several kernels, with a kernel log, a guest that died and a wrong sum among
# them; or, with --old, results as versions had them that told no journeys and no drops; with --alone OUTCOME, one cell of a
# case without axes; with --meeting, of kernels that are labelled as cases are called, whose consoles say what ends a log.
# --third: of every third cell.
# report_fixture.py [--old | --alone OUTCOME | --meeting | --third] FILE >RESULTS
import copy
import json
import sys

from whole import whole

NASTY = 'it\'s <b>"A & B"</b> # </script><script>alert(1)</script> \x1b[31m\x07 \ufffe \u00e9'


def old(run):
    for cell in run['cells']:
        for member in ('journey', 'journeys', 'drops', 'drops_lost'):
            cell.pop(member, None)
        (cell['verdict'] or {}).pop('bad_checksums', None)
    return run


def alone(run, outcome):
    cell = next((c for c in run['cells'] if c['outcome'] == outcome), run['cells'][0])
    cell.update(outcome=outcome, axes={}, why='Subtest: of no axes')
    cell['console'] = ['Subtest: skip', 'ok 1 skip', '1..3', 'KTAP version 1']
    run['cells'] = [cell]
    return run


def meeting(newest):
    for label in ('outcomes', 'skip'):
        run = {name: copy.deepcopy(newest[name]) for name in ('kernel', 'topologies', 'cells')}
        run['kernel'].update(label=label)
        for cell in run['cells']:
            cell['console'] = ['List of all partitions:', 'Kernel panic - not syncing: VFS: Unable to mount root fs',
                               'reboot: System halted']
        yield run


def kernels(newest):
    for label, machine in (('5.10', 'tcg'), ('6.12', 'kvm'), ('6.18', 'host')):
        # What is changed below is copied, the thousands of cells behind it are not.
        run = {name: copy.deepcopy(newest[name]) for name in ('kernel', 'topologies')}
        run['cells'] = copy.deepcopy(newest['cells'][:2]) + newest['cells'][2:]
        run['kernel'].update(label=label, machine=machine, boot_ms=3456.7, seconds=34.5, boots=1)
        if label == '5.10':
            run['kernel'].update(troubles=f'the guest died: {NASTY}', boots=2, nics={'e1000': 1})
            run['cells'][0].update(
                outcome='BROKEN', verdict=None, expected=None, hops=[], journey=None, drops=[],
                why=f'the guest died: {NASTY}', console=['[   12.345678] kernel BUG at net/core/skbuff.c:192!', NASTY])
        if label == '6.12':
            run['cells'][1]['verdict']['bad_checksums'] = ['dst.a0:in']
        yield run


with open(sys.argv[-1], encoding='utf-8') as results:
    newest = whole(json.load(results))
if sys.argv[1] == '--third':
    newest['cells'] = newest['cells'][::3]
made = {'--old': old, '--alone': lambda run: alone(run, sys.argv[2])}.get(sys.argv[1])
several = meeting if sys.argv[1] == '--meeting' else kernels
sys.stdout.write(json.dumps(made(newest) if made else
                            {'hopcheck': newest['hopcheck'], 'command': 'hopcheck matrix', 'kernels': list(several(newest))}))
