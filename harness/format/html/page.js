// The page as a whole: filters, clicks, keys.

function renderSummary() {
  const cells = data.cases.reduce((count, one) => count + one.cells.length, 0);
  const kernels = data.kernels.length === 1 ? `Linux ${data.kernels[0].release || data.kernels[0].label}`
    : `${data.kernels.length} kernels`;
  element('summary').textContent = `${many(cells, 'cell')} of ${many(data.cases.length, 'case')} on ${kernels}${
    data.kernels.some((one) => one.partial) ? '; partial: a signal ended it before all cells had run' : ''}`;
  document.title = `hopcheck: ${kernels}`;
}

function renderFilters() {
  const totals = OUTCOMES.map(() => 0);
  for (const one of data.cases)
    for (const cell of one.cells) for (const result of cell.results) if (result) totals[result[0]]++;
  element('outcomes').innerHTML = html`${OUTCOMES.map((outcome, i) => html`<button type="button" class="chip"
    data-outcome="${outcome.word}" title="${outcome.about}" ${new Markup(totals[i] ? '' : 'disabled')}><span
    class="sign ${outcome.word}" aria-hidden="true">${outcome.sign}</span>${outcome.word} <span class="n">${
    totals[i].toLocaleString('en')}</span></button>`)}`;
  element('case').innerHTML = html`<option value="">all</option>${data.cases.map((one) => html`<option>${one.name}</option>`)}`;
  element('kernel').innerHTML = html`<option value="">all</option>${data.kernels.map((one) =>
    html`<option>${one.label}</option>`)}`;
  element('kernel-label').hidden = data.kernels.length === 1;
  element('changes-label').hidden = data.kernels.length === 1;
}

function outcomesOf(kernel) {
  const totals = OUTCOMES.map(() => 0);
  for (const one of data.cases)
    for (const cell of one.cells) if (cell.results[kernel]) totals[cell.results[kernel][0]]++;
  return OUTCOMES.map((outcome, i) => totals[i] && html`<span class="nowrap"><span class="sign ${
    outcome.word}" aria-hidden="true">${outcome.sign}</span> ${totals[i].toLocaleString('en')} ${outcome.word}</span> `)
    .filter(Boolean);
}

// What is to be known of a kernel besides its outcomes: what it cannot do, how its guests did. A guest lacks NICs when no
// cell asked for them.
function kernelFacts({ boots, boot_ms: boot, seconds, nics, missing, troubles, brief, partial }) {
  const time = [boots && many(boots, 'guest'), boot > 0 && `up after ${(boot / 1000).toFixed(1)} s`,
    seconds > 0 && `${seconds.toFixed(0)} s ${boots ? 'of its guests together' : 'of the workers together'}`].filter(Boolean);
  return html`${partial && html`<p class="bad">Partial: ${partial}.</p>`}${brief && html`<p>${BRIEF}</p>`}${time.length > 0 && html`<p>${time.join(', ')}</p>`}${
    troubles && html`<p class="bad">${String(troubles).trim()}</p>`}${
    nics && html`<p>NICs: ${Object.keys(nics).join(', ')}</p>`}${
    Object.entries(missing || {}).filter(([name]) => !(boots && name === 'nic')).map(([name, why]) => html`<p>no ${name}: ${why}</p>`)}`;
}

function renderKernels() {
  element('kernels-title').textContent = data.kernels.length === 1 ? 'The kernel' : 'The kernels';
  element('kernels').querySelector('div').innerHTML = html`${data.kernels.map((kernel, k) => html`<article><h3>${
    kernel.label}</h3><p class="mono">${kernelName(kernel)}</p><p>${outcomesOf(k)}</p>${kernelFacts(kernel)}</article>`)}`;
}

// Puts the state into the controls.
function showFilters() {
  for (const chip of element('outcomes').children)
    chip.setAttribute('aria-pressed', state.outcomes.has(chip.dataset.outcome));
  element('case').value = state.case;
  element('kernel').value = state.kernel;
  element('changes').checked = state.changes;
  if (element('text').value !== state.text) element('text').value = state.text;
  element('unfold').textContent = [...state.unfolded.values()].includes(true) ? 'Fold all' : 'Unfold all';
}

function changed() {
  const start = performance.now();
  writeHash();
  showFilters();
  renderMatrix();
  document.body.dataset.renderMs = (performance.now() - start).toFixed(1); // for who measures
}

// A click shows only this outcome; the next ones add or remove theirs; when none is left, all are back.
function chooseOutcome(word) {
  const there = [...element('outcomes').children].filter((chip) => !chip.disabled).map((chip) => chip.dataset.outcome);
  if (there.every((other) => state.outcomes.has(other))) state.outcomes = new Set([word]);
  else if (!state.outcomes.delete(word)) state.outcomes.add(word);
  if (!there.some((other) => state.outcomes.has(other)) || there.every((other) => state.outcomes.has(other)))
    state.outcomes = new Set(OUTCOMES.map((outcome) => outcome.word));
  changed();
}

function reset() {
  Object.assign(state, { outcomes: new Set(OUTCOMES.map((outcome) => outcome.word)), case: '', kernel: '', text: '',
    changes: false, unfolded: new Map() });
  changed();
}

function unfoldAll() {
  const open = ![...state.unfolded.values()].includes(true);
  state.unfolded = new Map(open ? shown.map((one) => [one.name, true]) : []);
  changed();
}

function matrixClick(event) {
  const button = event.target.closest('button');
  if (!button) return;
  focusButton(button);
  const tbody = button.closest('tbody');
  if (button.dataset.kernel === undefined) {
    toggle(tbody);
    showFilters();
    return;
  }
  openDetail(placeOf(button), true);
}

function placeOf(button) {
  return { case: shown[button.closest('tbody').dataset.row].index, cell: Number(button.closest('tr').dataset.cell),
    kernel: Number(button.dataset.kernel) };
}

function detailClick(event) {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.classList.contains('close')) closeDetail();
  else if (button.classList.contains('copy')) copyCommand(button);
  else if (button.classList.contains('save')) saveScript(data.cases[state.cell.case].cells[state.cell.cell].results[state.cell.kernel]);
  else if (button.dataset.kernel !== undefined) openDetail({ ...state.cell, kernel: Number(button.dataset.kernel) }, true);
}

function pageKey(event) {
  const typing = event.target.matches('input:not([type=checkbox]), select');
  if (event.key === 'Escape' && state.cell) {
    event.preventDefault();
    closeDetail();
  } else if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    element('text').focus();
  }
}

function listen() {
  element('outcomes').addEventListener('click', (event) => {
    const chip = event.target.closest('button');
    if (chip) chooseOutcome(chip.dataset.outcome);
  });
  for (const id of ['case', 'kernel', 'text'])
    element(id).addEventListener('input', (event) => {
      state[id] = event.target.value;
      changed();
    });
  element('changes').addEventListener('input', (event) => {
    state.changes = event.target.checked;
    changed();
  });
  element('filters').addEventListener('submit', (event) => event.preventDefault());
  element('unfold').addEventListener('click', unfoldAll);
  element('reset').addEventListener('click', reset);
  element('reset-too').addEventListener('click', reset);
  element('found').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) chooseFinding(button);
  });
  element('matrix').addEventListener('click', matrixClick);
  element('matrix').addEventListener('keydown', matrixKey);
  element('detail').addEventListener('click', detailClick);
  document.addEventListener('keydown', pageKey);
  addEventListener('hashchange', start);
  addEventListener('beforeprint', fillAll);
}

function start() {
  readHash();
  if (state.cell && !state.unfolded.has(data.cases[state.cell.case].name))
    state.unfolded.set(data.cases[state.cell.case].name, true);
  changed();
  renderDetail();
  if (state.cell) showCurrent();
}

renderSummary();
renderFilters();
renderKernels();
renderFound();
listen();
start();
