// What was found, before the table: cells that are not right, alike ones together, by what they are: a failure's verdict, a named
// deviation, or the cause of one without a name.

const FOUND_FIRST = ['BROKEN', 'FAIL', 'FIXED', 'KNOWN'];

// {key, word, name, cause, workaround, text: what the filter is set to} of a result that is not right; null: it is.
function findingOf(result) {
  const { word } = outcomeOf(result);
  const known = field(result, 'known'), verdict = field(result, 'verdict');
  if (!FOUND_FIRST.includes(word)) return null;
  const name = known ? known.deviation || known.because : verdictText(verdict) || field(result, 'why') || word;
  return { key: `${word} ${name}`, word, name, cause: known?.deviation && known.because,
    workaround: word === 'KNOWN' && known?.workaround, text: known?.deviation || '' };
}

// In the order of FOUND_FIRST, those of most cells first: each with the number of its cells on each kernel.
function findings() {
  const all = new Map();
  for (const one of data.cases)
    for (const cell of one.cells)
      cell.results.forEach((result, k) => {
        const finding = result && findingOf(result);
        if (!finding) return;
        if (!all.has(finding.key)) all.set(finding.key, { ...finding, cells: data.kernels.map(() => 0), first: one.name });
        all.get(finding.key).cells[k]++;
      });
  const most = (finding) => Math.max(...finding.cells);
  return [...all.values()].sort((a, b) =>
    FOUND_FIRST.indexOf(a.word) - FOUND_FIRST.indexOf(b.word) || most(b) - most(a) || (a.name < b.name ? -1 : 1));
}

function whereFound({ cells }) {
  const there = data.kernels.filter((_, k) => cells[k]);
  if (data.kernels.length === 1) return '';
  return there.length === data.kernels.length ? 'on all kernels' : `on ${there.map(({ label }) => label).join(', ')}`;
}

function renderFound() {
  const all = findings();
  element('found').hidden = all.length === 0;
  element('found').querySelector('tbody').innerHTML = html`${all.map((finding) => {
    const most = Math.max(...finding.cells);
    return html`<tr><td><span class="sign ${finding.word}" aria-hidden="true">${SIGNS[finding.word]}</span></td><th scope="row"><button
      type="button" data-outcome="${finding.word}" data-text="${finding.text}" data-case="${finding.text ? '' : finding.first}">${
      finding.name}</button></th><td>${most.toLocaleString('en')} ${finding.word}</td><td>${whereFound(finding)}</td><td>${finding.cause}${
      finding.workaround && html` <b>Workaround:</b> ${finding.workaround}`}</td></tr>`;
  })}`;
}

// Shows the cells of a finding in the table.
function chooseFinding(button) {
  state.outcomes = new Set([button.dataset.outcome]);
  state.text = button.dataset.text;
  state.case = button.dataset.case;
  changed();
}
