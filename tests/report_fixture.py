# Makes, of the results of a real run, the results of several kernels with what only other machines and kernels give:
# drops, journeys, a kernel log, outcomes of a harness that broke. report_fixture.py FILE >KERNELS
import copy
import json
import sys

NASTY = 'it\'s <b>"A & B"</b> # </script><script>alert(1)</script> \x1b[31m\x07 \ufffe \u00e9'


def journey(cell, topology):
    """The way along the hops that saw data, in the topology's order."""
    hops = {f"{hop['node']}.{hop['interface']}:{hop['direction']}": hop for hop in cell['hops']}
    steps = []
    for link in topology['links']:
        for name in (f"{link['ends'][0]}:out", f"{link['ends'][1]}:in"):
            hop = hops.get(name)
            if hop is None or not hop['data']:
                continue
            states = [state for state in ('bad', 'partial', 'valid') if hop['checksum'][state]]
            steps.append({'hop': name, 'time_us': 12.5 * len(steps), 'source': 'fc00:5::1',
                          'destination': 'fc00:1::100', 'segments_left': 1, 'length': hop['largest'],
                          'payload': hop['largest'] - 94, 'sequence': 1, 'checksum': states[0] if states else None,
                          'encapsulated': False,
                          'merged': max(1, round(cell['verdict']['aggregation'].get(name, 1)))})
    verdict = cell['verdict']
    end = {'node': verdict['at'] or topology['nodes'][-1]['name'], 'reason': verdict['reason'],
           'how': 'received' if verdict['fate'] == 'delivered' else verdict['fate']}
    return {'packet': 'the first data packet', 'steps': steps, 'end': end} if steps else None


def enrich(run):
    for cell in run['cells']:
        verdict = cell['verdict']
        if verdict is None:
            continue
        cell['journey'] = journey(cell, run['topologies'][cell['topology']])
        cell['drops'] = [] if verdict['fate'] != 'dropped' else [
            {'node': verdict['at'], 'interface': 'a0', 'reason': 'TCP_CSUM', 'function': 'tcp_v6_rcv+0x4e1',
             'packet': 'SYN fc00:5::1 > fc00:d:d000::1', 'count': 3}]


with open(sys.argv[1], encoding='utf-8') as results:
    newest = json.load(results)
kernels = []
for label, machine in (('5.10', 'tcg'), ('6.12', 'kvm'), ('6.18', 'host')):
    run = {name: copy.deepcopy(newest[name]) for name in ('kernel', 'topologies', 'cells')}
    run['kernel'].update(label=label, machine=machine)
    enrich(run)
    kernels.append(run)
broken = kernels[0]['cells'][0]
broken.update(outcome='BROKEN', verdict=None, expected=None, hops=[], journey=None, drops=[],
              why=f'the guest died: {NASTY}', console=['[   12.345678] kernel BUG at net/core/skbuff.c:192!', NASTY])
json.dump({'hopcheck': newest['hopcheck'], 'command': 'hopcheck matrix', 'kernels': kernels}, sys.stdout)
