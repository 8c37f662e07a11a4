# Results whose cells are whole: what a cell has from an earlier one (`as`, docs/results.md) stands in it again.
import copy

SHARED = ('expected', 'known', 'warning', 'journey', 'hops', 'counters', 'offloads', 'models', 'sender', 'receiver',
          'complaints', 'hints', 'drops', 'drops_lost', 'breaches', 'icmpv6')


def whole_cells(cells):
    for cell in cells:
        if 'as' not in cell:
            continue
        base = cells[cell.pop('as')]
        for member in SHARED:
            if member not in cell and member in base:
                cell[member] = copy.deepcopy(base[member])
        if 'times' in cell:
            for step, time in zip(cell['journey']['steps'], cell.pop('times')):
                step['time_us'] = time
    return cells


def whole(document):
    for run in document.get('kernels', [document]):
        whole_cells(run['cells'])
    return document
