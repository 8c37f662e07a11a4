// What a cell rests on, in the pane beside the table.

function openDetail(at, focus) {
  state.cell = at;
  writeHash();
  renderDetail();
  markCurrent();
  if (focus) element('detail').focus({ preventScroll: true });
}

function closeDetail() {
  const at = state.cell;
  state.cell = null;
  writeHash();
  renderDetail();
  markCurrent();
  const button = at && buttonOf(at);
  if (button) focusButton(button);
}

function renderDetail() {
  const aside = element('detail');
  aside.hidden = !state.cell;
  document.body.classList.toggle('has-detail', Boolean(state.cell));
  if (!state.cell) {
    aside.innerHTML = '';
    return;
  }
  const one = data.cases[state.cell.case], cell = one.cells[state.cell.cell];
  const result = cell.results[state.cell.kernel];
  aside.innerHTML = html`${title(one, cell, result)}${parts.map((part) => guarded(part, result))}`;
  aside.scrollTop = 0;
}

// Results of other programs may lack what a part needs: then it says so, and the others are there.
function guarded(part, result) {
  try {
    return part(result);
  } catch (error) {
    return section('Not shown', html`<p>A part of this result is not as hopcheck writes it: ${error.message}</p>`);
  }
}

function title(one, cell, result) {
  const { word, sign, about } = outcomeOf(result);
  return html`<div class="top"><span class="badge ${word}" title="${about}">${sign} ${word}</span>
    <h2 id="detail-title">${one.name}</h2>
    <span class="mono">${data.kernels[state.cell.kernel].label}</span>
    <span class="of-kernel">${kernelName(data.kernels[state.cell.kernel])}</span>
    <button type="button" class="close" aria-label="Close the details">Close</button></div>
    <p class="axes">${Object.entries(cell.axes || {}).map(([axis, value]) => html`${axis}=<b>${value}</b> `)}</p>
    ${data.kernels.length > 1 && kernelStrip(cell)}
    <p class="why">${field(result, 'why') ?? verdictText(field(result, 'verdict'))}</p>`;
}

function kernelStrip(cell) {
  return html`<div class="kernels" role="group" aria-label="This cell on other kernels">${
    cell.results.map((result, k) => result && html`<button type="button" class="${outcomeOf(result).word}"
      data-kernel="${k}" aria-current="${k === state.cell.kernel}" title="${outcomeOf(result).word}">${
      outcomeOf(result).sign} ${data.kernels[k].label}</button>`)}</div>`;
}

function section(name, content) {
  return content && html`<section><h3>${name}</h3>${content}</section>`;
}

function table(columns, rows) {
  const number = (value) => typeof value === 'number';
  return html`<div class="scrolls"><table><thead><tr>${columns.map((name, i) =>
    html`<th class="${rows.length && number(rows[0][i]) && 'number'}" scope="col">${name}</th>`)}</tr></thead><tbody>${
    rows.map((row) => html`<tr>${row.map((value) => html`<td class="${number(value) && 'number'}">${
      value}</td>`)}</tr>`)}</tbody></table></div>`;
}

// ---- expected and seen

function aggregationSeen(verdict, hop) {
  return verdict.aggregation[hop] ?? verdict.aggregation[`${hop}:in`];
}

// "none" (no SRH), "1", "0 to 1": segments left of the packets from `from` to `to`; empty where there were none.
function leftText(hop) {
  const [least, most] = hop?.left || [];
  return least === undefined ? '' : least === most ? String(least) : `${least} to ${most}`;
}

function aggregationHolds(rule, seen) {
  if (seen === undefined) return false;
  if (rule === 'none') return seen === 1;
  if (rule === 'merged') return seen > 1;
  if (rule === 'split') return seen < 1;
  return typeof rule === 'number' ? seen === rule : seen >= Number(rule.slice(2));
}

// Hops that must see a fault, and no other may; where what is delivered is expected and nothing else given, none may.
function faultRow(expected, key, name, direction, hops) {
  const wanted = expected[key] ?? (expected.fate === 'delivered' ? [] : null), seen = hops.map((hop) => hop.hop);
  if (!Array.isArray(wanted) || (key === 'oversize' && !wanted.length && !seen.length)) return [];
  const named = wanted.map((hop) => (hop.includes(':') ? hop : `${hop}:${direction}`));
  return [{ name, wanted: wanted.join(', ') || 'no hop', seen: seen.join(', ') || 'no hop',
    holds: [...named].sort().join() === [...seen].sort().join() }];
}

// What a row expects of packets, counters and ICMP errors: what is not among the differences was seen so.
function seenRows(expected, differences) {
  const named = [];
  for (const [hop, fields] of Object.entries(expected.hops || {}))
    for (const [key, wanted] of Object.entries(fields)) if (key !== 'way') named.push([`at ${hop} ${key}`, wanted]);
  for (const [node, counters] of Object.entries(expected.counters || {}))
    for (const [name, wanted] of Object.entries(counters)) named.push([`${name} at ${node}`, wanted]);
  for (const error of expected.icmp || [])
    named.push(['ICMP error', 'any' in error ? 'none' : Object.entries(error).map(([key, value]) => `${key} ${value}`).join(', ')]);
  if (expected.retransmissions !== undefined) named.push(['retransmissions', expected.retransmissions]);
  return named.map(([name, wanted]) => {
    const difference = differences.find((one) => one.what === name && one.expected === String(wanted));
    return { name, wanted: String(wanted), seen: difference ? difference.saw : String(wanted), holds: !difference };
  });
}

// Rows of what an expectation names, and what was seen of it: {name, wanted: text, seen: text, holds}.
function comparison(expected, verdict, result) {
  const rows = [];
  for (const name of ['fate', 'at', 'reason'])
    if (expected[name] !== undefined)
      rows.push({ name, wanted: expected[name], seen: verdict[name] ?? 'none', holds: expected[name] === verdict[name] });
  for (const [hop, rule] of Object.entries(expected.aggregation || {})) {
    const seen = aggregationSeen(verdict, hop);
    rows.push({ name: `aggregation at ${hop}`, wanted: String(rule),
      seen: seen === undefined ? 'no data' : String(Math.round(seen * 100) / 100), holds: aggregationHolds(rule, seen) });
  }
  const hops = field(result, 'hops') || [];
  rows.push(...faultRow(expected, 'bad_checksums', 'bad checksums at', 'in', hops.filter((hop) => hop.bad)),
    ...faultRow(expected, 'oversize', 'oversize frames at', 'out', hops.filter((hop) => hop.oversize)));
  for (const { node, what, count } of verdict.contradicted_by || [])
    if (expected.contradicted !== 'any' && !(expected.contradicted || []).includes(what))
      rows.push({ name: 'what the kernel says', wanted: 'agrees', seen: `${what} +${count} at ${node}`, holds: false });
  const broken = verdict.broken || [];
  if (expected.broken !== 'any' && (expected.broken || broken.length))
    rows.push({ name: 'broken invariants', wanted: (expected.broken || []).join(', ') || 'none', seen: broken.join(', ') || 'none',
      holds: [...(expected.broken || [])].sort().join() === [...broken].sort().join() });
  if (expected.complaint)
    rows.push({ name: 'complaint', wanted: expected.complaint, seen: (field(result, 'complaints') || []).join('; ') || 'none',
      holds: (field(result, 'complaints') || []).some((line) => line.includes(expected.complaint)) });
  for (const [name, rule] of Object.entries(expected.srh || {})) {
    const seen = leftText(hops.find((hop) => hop.hop === name || hop.hop === `${name}:in`));
    rows.push({ name: `segments left at ${name}`, wanted: String(rule), seen: seen || 'no packet', holds: seen === String(rule) });
  }
  return rows;
}

function comparisonTable(head, rows) {
  return html`<div class="scrolls"><table class="comparison"><thead><tr><th scope="col"></th><th scope="col">${
    head}</th><th scope="col">seen</th><th scope="col"></th></tr></thead><tbody>${
    rows.map((row) => html`<tr class="${!row.holds && 'differs'}"><th scope="row">${
      row.name}</th><td class="wraps">${row.wanted}</td><td class="wraps">${row.seen}</td><td>${
      row.holds ? '=' : '≠'}</td></tr>`)}</tbody></table></div>`;
}

function isBrief() {
  return Boolean(data.kernels[state.cell.kernel].brief);
}

function briefPart() {
  return isBrief() && section('Evidence', html`<p>${BRIEF}</p>`);
}

function expectedPart(result) {
  const expected = field(result, 'expected'), verdict = field(result, 'verdict');
  const more = expected ? seenRows(expected, field(result, 'differences') || []) : [];
  return expected && verdict && section('Expected and seen', comparisonTable('expected', comparison(expected, verdict, result).concat(more)));
}

function knownPart(result) {
  const known = field(result, 'known'), verdict = field(result, 'verdict');
  return known && section('Documented', html`<div class="note">${
    known.deviation && html`<p><b>${known.deviation}</b></p>`}<p>${known.because}</p>${
    known.ref && html`<p>Reference: ${known.ref}</p>`}${
    known.workaround && html`<p><b>Workaround:</b> ${known.workaround}</p>`}${
    known.fixed && html`<p>Fixed by: ${known.fixed}</p>`}${
    known.found && html`<p>Found by: ${known.found}</p>`}${
    known.kernel && html`<p>Kernels: <code>${known.kernel}</code></p>`}</div>${
    verdict && !isBrief() && comparisonTable('documented', comparison(known, verdict, result))}`);
}

// ---- evidence

function drawingPart(result) {
  const width = Math.max(300, Math.min(660, element('detail').clientWidth - 48));
  const drawing = topologyDrawing(result, width);
  const journey = field(result, 'journey');
  const seen = journey || field(result, 'hops');
  const name = journey ? `The way of ${journey.packet}` : seen ? 'Topology, and what each hop saw' : 'Topology';
  return drawing && section(name, html`${drawing}${seen && html`<p class="key">Struck out: an offload that is off.
    In red: a TCP checksum that is bad for the final destination, a frame larger than the MTU of the interface that it
    leaves, a broken invariant, a wrong octet, or where the way ended.</p>`}`);
}

function journeyPart(result) {
  const journey = field(result, 'journey');
  return journey?.steps.length > 0 && section('Its steps', table(['hop', 'µs', 'to', 'left', 'octets', 'payload', 'seq', 'checksum', 'packets'],
    journey.steps.map((step) => [step.hop, step.time_us, step.destination, step.segments_left ?? '',
      step.oversize ? html`<span class="bad">✕ ${step.length} &gt; MTU</span>` : step.length, step.payload, step.sequence ?? '', step.checksum === 'bad' ? html`<span class="bad">✕ bad</span>` : step.checksum,
      step.broken ? html`${step.merged} <span class="bad">✕ ${step.broken.join(', ')}</span>` : step.merged])));
}

function breachesPart(result) {
  const breaches = field(result, 'breaches');
  return breaches && section('Broken invariants', table(['invariant', 'by', 'at node', 'seen at', 'expected', 'saw', 'first packet', 'packets'],
    breaches.map((breach) => [html`<b class="bad">✕ ${breach.invariant}</b>`, breach.source, breach.node, breach.hop, breach.expected,
      breach.saw, breach.packet, breach.packets])));
}

function icmpPart(result, member, title) {
  const errors = field(result, member);
  return errors && section(title, table(['from', 'error', 'code', 'parameter', 'about', 'left', 'times'],
    errors.map((error) => [error.node, error.error, error.code, error.parameter,
      error.source ? `${error.source} > ${error.destination}` : '', error.segments_left ?? '', error.packets])));
}

function dropsPart(result) {
  const drops = field(result, 'drops');
  return drops && section('Dropped by the kernel', table(['node', 'interface', 'reason', 'function', 'packet', 'times'],
    drops.map((drop) => [drop.node, drop.interface ?? '', html`<b>${drop.reason ?? 'not said'}</b>`,
      html`<code>${drop.function ?? ''}</code>`, drop.packet ?? '', drop.count])));
}

function countersPart(result) {
  const counters = field(result, 'counters');
  return counters && section('Counters that moved', html`<div class="columns">${counters.map(({ node, counters: rows }) =>
    html`<table><caption>${node}</caption><tbody>${rows.map(({ name, delta }) =>
      html`<tr><td class="mono ${/Err|Drop|drop|Fail|NoRoute|TooBig/.test(name) && 'bad'}">${name}</td><td class="number">${
        delta.toLocaleString('en')}</td></tr>`)}</tbody></table>`)}</div>`);
}

function hopsPart(result) {
  const hops = field(result, 'hops');
  return hops && section('Hops', table(['hop', 'packets', 'octets', 'largest', 'data', 'left', 'over MTU', ...CHECKSUMS],
    hops.map((hop) => [hop.hop, hop.packets, hop.bytes, hop.largest, hop.data, leftText(hop),
      hop.oversize ? html`<span class="bad">${hop.oversize}</span>` : 0, hop.valid, hop.partial,
      hop.bad ? html`<span class="bad">${hop.bad}</span>` : 0])));
}

function endsPart(result) {
  const ends = ['sender', 'receiver'].filter((name) => field(result, name));
  return ends.length > 0 && section('Sockets', table(['', 'established', 'sent', 'received', 'mangled', 'error', 'resent'],
    ends.map((name) => {
      const end = field(result, name);
      return [name, end.established ? 'yes' : 'no', end.sent, end.received, end.mangled ? 'yes' : 'no', end.error ?? '',
        end.retransmits];
    })));
}

function linesPart(name, title) {
  return (result) => {
    const lines = field(result, name);
    return lines && section(title, html`<pre class="console" tabindex="0">${lines.join('\n')}</pre>`);
  };
}

function commandPart(result) {
  const command = field(result, 'command');
  return command && section('Run just this cell', html`<div class="command"><pre id="command">${command}</pre>
    <button type="button" class="copy">Copy</button></div>`);
}

function scriptPart(result) {
  return field(result, 'script') && section('Show it without hopcheck', html`<p>A shell script with its lab and its traffic, for
    iproute2, ethtool and python3: exit code 0 as it should be, 1 not, 4 cannot tell.</p>
    <button type="button" class="save">Save reproduce.sh</button>`);
}

// A guest that died or warned says why before anything else.
const parts = [briefPart, expectedPart, linesPart('console', 'Kernel log'), drawingPart, breachesPart, dropsPart,
  (result) => icmpPart(result, 'icmpv6', 'ICMPv6 errors'), (result) => icmpPart(result, 'icmpv4', 'ICMP errors'), knownPart, commandPart, scriptPart,
  linesPart('complaints', 'Complaints'), linesPart('hints', 'Hints'), journeyPart, countersPart, hopsPart, endsPart];

async function copyCommand(button) {
  const range = document.createRange();
  range.selectNodeContents(element('command'));
  getSelection().removeAllRanges();
  getSelection().addRange(range); // where there is no clipboard, it is at least chosen
  try {
    await navigator.clipboard.writeText(element('command').textContent);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Chosen';
  }
}

function saveScript(result) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([field(result, 'script')], { type: 'text/x-shellscript' }));
  link.download = 'reproduce.sh';
  link.click();
  URL.revokeObjectURL(link.href);
}
