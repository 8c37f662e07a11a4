# The HTML report in a headless Chromium: html.py MANY ONE OLD LARGE BRIEF PROFILE [BROKEN]..., pages of report_fixture.py's
# kernels, of one run, of the whole suite without journeys and drops, of the whole suite on many kernels, and such that
# must not pass. Ends with 1 and what is not seen.
import os
import sys

from browser import Browser

LABELS = "[...document.querySelectorAll('#matrix tr.case th button')].map((b) => b.firstChild.textContent)"
ROWS = "[...document.querySelectorAll('#matrix tr.cell th')].map((th) => th.textContent)"
CELLS = "[...document.querySelectorAll('#matrix tr.cell td button:not(.off)')].map((b) => b.className.trim())"
DETAIL = "document.getElementById('detail')"
TEXT = f"{DETAIL}.innerText"
FOCUS = "document.activeElement"
failures = []
stop_at_first = False


def wrong(what):
    if stop_at_first:
        raise SystemExit(what)
    failures.append(what)


def is_so(what, got, wanted):
    if got != wanted:
        wrong(f'{what}: {got!r}, not {wanted!r}')


def has(what, text, *parts):
    for part in parts:
        if part not in text:
            wrong(f'{what}: no {part!r} in {text!r}')


def page(browser, path, hash_=''):
    browser.open('about:blank')
    browser.open(f'file://{os.path.abspath(path)}{hash_}')
    browser.wait("document.querySelector('#matrix tbody')", 'the table')


def settled(browser, expression):
    """An expression's value, once the rows that come into view are there."""
    browser.wait("!document.querySelector('.filler')", 'rows in view')
    return browser.script(f'return {expression}')


def opens(browser, many):
    page(browser, many)
    is_so('cases', browser.script(f'return {LABELS}'), ['outcomes', 'skip'])
    is_so('kernels', browser.script("return [...document.querySelectorAll('thead th')].map((th) => th.textContent)"),
          ['case', '5.10tcg', '6.12kvm', '6.18host'])
    is_so('counts', browser.script("return document.getElementById('outcomes').innerText.replace(/\\s+/g, ' ').trim()"),
          '✓ PASS 5 K KNOWN 6 ↑ FIXED 6 ✕ FAIL 6 – SKIP 3 ! BROKEN 1')
    is_so('summary of a case', browser.script(
        "return document.querySelector('td button.sum').getAttribute('aria-label')"),
        'outcomes on 5.10: 2 FAIL, 1 BROKEN, 2 FIXED, 2 KNOWN, 1 PASS')
    is_so('nothing is unfolded', settled(browser, ROWS), [])
    is_so('what was found', browser.script("return [...document.querySelectorAll('#found tr')].map((row) => row.cells[2].innerText)"),
          ['1 BROKEN', '2 FAIL', '2 FIXED', '2 KNOWN'])
    has('where', browser.script("return document.getElementById('found').innerText"), 'on 5.10', 'on all kernels')
    browser.click('#found tr:nth-of-type(2) button')
    is_so('cells of a finding', settled(browser, CELLS), ['FAIL'] * 6)
    browser.click('#reset')


def filters(browser, many):
    page(browser, many)
    browser.click('[data-outcome=FAIL]')
    is_so('failing cells', settled(browser, CELLS), ['FAIL'] * 6)
    is_so('what they have in common', settled(browser, "document.querySelector('tr.common th').innerText"),
          'all with wanted=fail')
    is_so('rows', settled(browser, ROWS), ['mode=plain', 'mode=inline'])
    has('the hash', browser.script('return location.hash'), 'outcome=FAIL')
    browser.click('[data-outcome=BROKEN]')
    is_so('failing and broken cells', settled(browser, CELLS).count('BROKEN'), 1)
    browser.click('#text')
    browser.keys('guest DIED')
    is_so('text finds the broken cell', settled(browser, CELLS), ['BROKEN'])
    browser.keys('x')
    is_so('text that is nowhere', browser.script("return !document.getElementById('nothing').hidden"), True)
    browser.click('#reset-too')
    is_so('all are back', browser.script(f'return {LABELS}'), ['outcomes', 'skip'])
    is_so('the hash is empty', browser.script('return location.hash'), '')
    browser.click('#changes')
    is_so('only the cells that change, one in its checksums', settled(browser, ROWS),
          ['mode=plain', 'mode=inline'])
    is_so('where it changes', browser.script("return document.querySelector('td.change').cellIndex"), 2)
    browser.click('#reset')
    page(browser, many, '#case=skip&kernel=6.12&unfolded=skip')
    is_so('a view by its hash', settled(browser, CELLS), ['SKIP'])
    is_so('one kernel', browser.script("return document.querySelectorAll('thead th').length"), 2)


def shows_details(browser, many):
    page(browser, many, '#outcome=FAIL')
    settled(browser, CELLS)
    browser.click('tr.cell td:nth-of-type(3) button')
    text = browser.script(f'return {TEXT}')
    has('a failing cell', text, '✕ FAIL', 'outcomes', '6.18', 'wanted=fail mode=plain', 'expected dropped, saw delivered',
        '--only wanted=fail --only mode=plain', 'TcpInSegs', 'dst.a0:in', '≠')
    is_so('what differs', browser.script(
        "return [...document.querySelectorAll('tr.differs th')].map((th) => th.textContent)"), ['fate', 'at', 'reason'])
    drawing = browser.script("return document.querySelector('svg.topology').textContent.replace(/\\s+/g, ' ')")
    has('the drawing', drawing, 'src', 'fc00:5::1', 'r1', 'fc00:1::100 End', 'dst', 'b0', 'gro', 'octets', 'checksum', 'to fc00:d:d000::1')
    is_so('links that the packet went', browser.script(
        "return document.querySelectorAll('svg .link.travelled').length"), 2)
    is_so('an offload that is off is struck out', browser.script(
        "return [...document.querySelectorAll('svg .struck')].every((t) => ['tso', 'gro', 'lro', 'rx-gro-list'].includes(t.textContent))"), True)
    is_so('nothing is marked as dropped', browser.script("return document.querySelectorAll('svg .ended').length"), 0)
    has('its kernel', text, 'Linux ', ', host')
    has('its way', text, 'THE WAY OF THE DATA 0:', 'ITS STEPS', 'fc00:d:d000::1')
    browser.click('#detail .kernels [data-kernel="0"]')
    has('the same cell on another kernel', browser.script(f'return {TEXT}'), '5.10', ', tcg')
    is_so('only a link that is no veth is named', browser.script(
        "return [...document.querySelectorAll('svg text')].some((t) => t.textContent.includes('veth'))"), False)
    page(browser, many, '#cell=outcomes:0:0')
    text = browser.script(f'return {TEXT}')
    has('a broken cell', text, '! BROKEN', 'the guest died: it\'s <b>"A & B"</b>', '</script><script>alert(1)</script>',
        'kernel BUG at net/core/skbuff.c:192!')
    is_so('what a guest that died said comes first', browser.script(
        f"return {DETAIL}.querySelector('section h3').textContent"), 'Kernel log')
    page(browser, many, '#cell=outcomes:4:1')
    has('a documented cell', browser.script(f'return {TEXT}'), 'K KNOWN', 'a <test> & "more" # of it', 'a test of hopcheck')


def marks_fates(browser, path):
    """Cells by their fate in the whole suite: a dropped one, a corrupted or merged one, as they were seen, with their
    packet's way or, of old results, with what each hop saw."""
    page(browser, path)
    place = browser.script("""
      const at = {};
      data.cases.forEach((one, c) => one.cells.forEach((cell, i) => {
        const result = cell.results[0], verdict = result && field(result, 'verdict');
        if (!verdict) return;
        const hops = field(result, 'hops') || [], here = `${one.name}:${i}:0`;
        const end = field(result, 'journey')?.end;
        if (verdict.fate === 'dropped' && verdict.at) at.dropped ??= [here, verdict.at];
        if (end?.drop?.function) at.told ??= [here, end.drop.function];
        if (Object.values(verdict.aggregation).some((n) => n > 1)) at.merged ??= [here, null];
        if (hops.some((hop) => hop.bad && hop.data)) at.bad ??= [here, null];
        if (field(result, 'models')) at.model ??= [here, Object.values(field(result, 'models'))[0]];
      }));
      return at;""")
    told = place.pop('told', None)
    is_so('cells of each kind', sorted(place), ['bad', 'dropped', 'merged', 'model'])
    page(browser, path, f"#cell={place['dropped'][0]}")
    is_so('where it was dropped', browser.script("return document.querySelector('svg .ended .name').textContent"),
          place['dropped'][1])
    has('how it ended', browser.script("return document.querySelector('svg .ended .alarm').textContent"), '✕ dropped')
    page(browser, path, f"#cell={place['bad'][0]}")
    is_so('a bad checksum is marked', browser.script("return document.querySelectorAll('svg .dot.bad').length > 0"), True)
    if told:
        page(browser, path, f'#cell={told[0]}')
        has("the kernel's word", browser.script("return document.querySelector('svg .ended').textContent"),
            f'freed in {told[1]}')
    page(browser, path, f"#cell={place['model'][0]}")
    has('the model of a link', browser.script("return document.querySelector('svg.topology').textContent"),
        place['model'][1])
    page(browser, path, f"#cell={place['merged'][0]}")
    return browser.script("return document.querySelector('svg.topology').textContent")


def tells_kernels(browser, many):
    page(browser, many)
    text = browser.script("return document.getElementById('kernels').innerText")
    has('the kernels', text, '5.10', '6.12', '6.18', ', kvm', '2 guests', 'up after 3.5 s', 'NICs: e1000',
        'the guest died: it\'s <b>"A & B"</b>', '1 BROKEN')
    page(browser, many, '#cell=outcomes:2:2')
    has('the command', browser.script("return document.getElementById('command').textContent"), 'hopcheck run ',
        '--only wanted=fail --only mode=plain')


def tells_brief(browser, brief):
    """Brief results say so; reasons and documented texts are there; a SKIP is no change."""
    page(browser, brief)
    has('the kernels', browser.script("return document.getElementById('kernels').innerText"), 'Brief results', 'without the evidence',
        'Partial: a signal ended it when 3 of 12 cells had no result.')
    has('the head', browser.script("return document.getElementById('summary').textContent"), 'partial: a signal ended it')
    browser.click('#changes')
    changing = settled(browser, ROWS)
    is_so('a SKIP is no change', [row for row in changing if 'known' in row], [])
    is_so('what changes', bool(changing), True)
    page(browser, brief, '#cell=outcomes:4:0')
    has('a documented cell', browser.script(f'return {TEXT}'), 'K KNOWN', 'without the evidence', 'delivered',
        'a <test> & "more" # of it', 'a test of hopcheck')
    page(browser, brief, '#cell=outcomes:5:1')
    has('a cell that could not run', browser.script(f'return {TEXT}'), 'SKIP', 'it lacks <b>this</b>')
    page(browser, brief, '#cell=skip:0:0')
    has('why it was not run', browser.script(f'return {TEXT}'), 'SKIP', 'checksum')
    is_silent(browser)


def goes_by_keyboard(browser, many):
    page(browser, many)
    browser.script("document.querySelector('.skip-link').focus()")
    for _ in range(30):
        browser.keys('Tab')
        if browser.script(f"return {FOCUS}.closest('#matrix') !== null"):
            break
    is_so('Tab reaches the table', browser.script(f'return {FOCUS}.firstChild.textContent'), 'outcomes')
    browser.keys('Enter')
    is_so('Enter unfolds', len(settled(browser, ROWS)), 8)
    browser.keys('ArrowDown', 'ArrowDown', 'ArrowDown')
    browser.keys('ArrowRight')
    is_so('arrows', browser.script(f"return {FOCUS}.className.trim() + {FOCUS}.closest('td').cellIndex"), 'FAIL2')
    outline = browser.script(f"return getComputedStyle({FOCUS}).outlineStyle")
    is_so('the focus is seen', outline, 'solid')
    browser.keys('Enter')
    has('Enter opens', browser.script(f'return {TEXT}'), '✕ FAIL', 'mode=plain')
    is_so('the focus is in the details', browser.script(f'return {DETAIL}.contains({FOCUS})'), True)
    browser.keys('Escape')
    is_so('Escape closes', browser.script(f'return {DETAIL}.hidden'), True)
    is_so('and is back', browser.script(f"return {FOCUS}.className.trim() + {FOCUS}.closest('td').cellIndex"), 'FAIL2')
    browser.keys('Home')
    browser.keys('ArrowLeft')
    is_so('ArrowLeft folds', settled(browser, ROWS), [])
    is_so('one way in by Tab', browser.script("return document.querySelectorAll('#matrix [tabindex=\"0\"]').length"), 1)
    browser.keys('/')
    is_so('/ goes to the text', browser.script(f'return {FOCUS}.id'), 'text')


def fits_screens(browser, many):
    for scheme, paper in (('light', 'rgb(251, 251, 249)'), ('dark', 'rgb(20, 23, 26)')):
        browser.media(scheme)
        page(browser, many, '#cell=outcomes:2:2')
        is_so(scheme, browser.script('return getComputedStyle(document.body).backgroundColor'), paper)
    browser.media('light', 390, 844)
    page(browser, many, '#cell=outcomes:2:2')
    is_so('the details fill a phone', browser.script(f'return Math.round({DETAIL}.getBoundingClientRect().width)'), 390)
    is_so('and do not overflow it', browser.script(f'return {DETAIL}.scrollWidth <= {DETAIL}.clientWidth'), True)
    browser.click('#detail .close')
    is_so('nor does the page', browser.script('return document.documentElement.scrollWidth <= 390'), True)
    browser.media('light', medium='print')
    page(browser, many)
    is_so('filters are not printed', browser.script("return getComputedStyle(document.getElementById('filters')).display"),
          'none')
    browser.media('light')


CHANGES = ("chooseOutcome('KNOWN')", "state.text = 'gro'; changed()", "state.text = ''; changed()", 'reset()',
           'unfoldAll()', "chooseOutcome('PASS')", "state.text = 'checksum'; changed()", 'reset()')


PLAIN = """const start = performance.now(), table = document.createElement('table');
table.innerHTML = data.cases.map((one) => `<tr><th>${one.name}</th>${
  data.kernels.map(() => '<td><button>1</button></td>').join('')}</tr>`).join('');
document.body.append(table);
document.body.offsetHeight;
const took = performance.now() - start;
table.remove();
return took;"""


def is_quick(browser, large):
    """Milliseconds of the slowest change of a filter, its layout with it; of five tries the best: others use the machine.
    Where it is slow altogether, what counts is how long a table of as many plain buttons takes."""
    page(browser, large)
    size = browser.script("return [data.cases.reduce((n, one) => n + one.cells.length, 0), data.kernels.length]")
    if size[0] < 1000 or size[1] < 12:
        wrong(f'too small to measure: {size[0]} cells on {size[1]} kernels')
    tries = [[browser.script(f"const start = performance.now(); {change}; document.body.offsetHeight;"
                             ' return performance.now() - start') for change in CHANGES] for _ in range(5)]
    slowest = max(min(times) for times in zip(*tries))
    yardstick = min(browser.script(PLAIN) for _ in range(5))
    if slowest > max(200, 3 * yardstick):
        wrong(f'a filter took {slowest:.0f} ms, where a plain table takes {yardstick:.0f} ms')
    return f'{size[0]} cells on {size[1]} kernels: {slowest:.0f} ms'


def is_silent(browser):
    for line in browser.log():
        wrong(f'the page said: {line}')
    loaded = browser.script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    is_so('loaded besides the page', [name for name in loaded if not name.startswith('data:')], [])


def look(browser, many):
    """All that a page of report_fixture.py's kernels is to show."""
    browser.media('light')
    opens(browser, many)
    filters(browser, many)
    shows_details(browser, many)
    goes_by_keyboard(browser, many)
    tells_kernels(browser, many)
    is_silent(browser)


def rejects(browser, path):
    global stop_at_first
    stop_at_first = True
    try:
        look(browser, path)
    except SystemExit:
        return True
    finally:
        browser.log()
    return False


many_page, one_page, old_page, large_page, brief_page, profile, *broken_pages = sys.argv[1:]
with Browser(profile) as chromium:
    look(chromium, many_page)
    fits_screens(chromium, many_page)
    has('a merged packet', marks_fates(chromium, large_page), 'merged')
    has('one kernel, no journey', marks_fates(chromium, old_page), 'data packet', 'largest')
    page(chromium, one_page, '#outcome=FAIL&cell=outcomes:2:0')
    has('one kernel', chromium.script("return document.querySelector('svg.topology').textContent"), 'octets', 'to fc00:')
    tells_brief(chromium, brief_page)
    measured = is_quick(chromium, large_page)
    is_silent(chromium)
    if failures:
        sys.exit('\n'.join(failures))
    for broken in broken_pages:
        if not rejects(chromium, broken):
            sys.exit(f'{broken} passes')
print(measured)
