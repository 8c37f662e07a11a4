// The table of cases, and of their cells, by kernels. Cells' rows are made when they come near the window.

const WORST_FIRST = [3, 5, 2, 1, 4, 0]; // indices of OUTCOMES
const ROW_HEIGHT = 27; // of a cell's row, to leave room for those not made yet; only a guess

let shown = []; // what filtered() said last
let fillers = null; // an IntersectionObserver

function renderMatrix() {
  const table = element('matrix');
  const kernels = shownKernels();

  shown = filtered();
  fillers?.disconnect();
  fillers = new IntersectionObserver(fillSeen, { root: scroller(), rootMargin: '400px' });
  table.classList.toggle('many', kernels.length > 1);
  table.style.setProperty('--kernels', kernels.length);
  table.innerHTML = html`${head(kernels)}${shown.map((one, row) => body(one, row, kernels))}`;
  element('nothing').hidden = shown.length > 0;
  table.hidden = shown.length === 0;
  element('line-hint').hidden = kernels.length < 2 || table.hidden;
  for (const filler of table.querySelectorAll('.filler')) fillers.observe(filler);
  const first = table.querySelector('tbody button');
  if (first) first.tabIndex = 0;
  markCurrent();
  renderCount(kernels);
}

// The table scrolls in its pane; on a phone with the page.
function scroller() {
  return matchMedia('(max-width: 640px)').matches ? null : document.querySelector('main');
}

function head(kernels) {
  return html`<thead><tr><th scope="col">case</th>${kernels.map((k) => {
    const { label, machine } = data.kernels[k];
    return html`<th scope="col" title="${label}: ${kernelName(data.kernels[k])}"><span class="label">${
      label.split(/(?<=[+_])/).map((part) => html`${part}<wbr>`)}</span>${
      machine && html`<span class="machine">${machine}</span>`}</th>`;
  })}</tr></thead>`;
}

function isUnfolded(one) {
  const chosen = state.unfolded.get(one.name);
  if (chosen !== undefined) return chosen;
  return isFiltered() && shown.reduce((count, other) => count + other.cells.length, 0) <= UNFOLD_AT_MOST;
}

function body(one, row, kernels) {
  const open = isUnfolded(one);
  return html`<tbody data-row="${row}"><tr class="case"><th scope="row"><button type="button" tabindex="-1"
    aria-expanded="${open}">${one.name}<small>${one.cells.length}</small></button></th>${
    kernels.map((k, column) => html`<td>${summary(one, column, k)}</td>`)}</tr>${
    open && filler(one, kernels)}</tbody>`;
}

function filler(one, kernels) {
  return html`<tr class="filler"><td colspan="${kernels.length + 1}"
    style="height:${one.cells.length * ROW_HEIGHT}px"></td></tr>`;
}

function summary(one, column, kernel) {
  const counts = one.counts[column];
  const there = WORST_FIRST.filter((i) => counts[i]);
  const said = there.map((i) => `${counts[i]} ${OUTCOMES[i].word}`).join(', ');

  if (!there.length) return html`<div class="none" aria-label="no cell">·</div>`;
  // As few elements as will do: a table of many kernels has thousands of these.
  if (kernelsShownMany()) {
    return html`<button type="button" class="sum" tabindex="-1" title="${said}"
      aria-label="${one.name} on ${data.kernels[kernel].label}: ${said}"><span class="counts ${OUTCOMES[there[0]].word}">${
      OUTCOMES[there[0]].sign} ${counts[there[0]]}</span>${there.length > 1 && html`<span class="bar">${
      bars(there, counts)}</span>`}</button>`;
  }
  return html`<button type="button" class="sum" tabindex="-1" title="${said}"
    aria-label="${one.name} on ${data.kernels[kernel].label}: ${said}"><span class="counts">${there.map((i) =>
      html`<span class="${isBad(i) && 'bad'}">${OUTCOMES[i].sign} ${counts[i]}</span>`)}</span><span
    class="bar">${bars(there, counts)}</span></button>`;
}

function bars(there, counts) {
  return there.map((i) => html`<i class="${OUTCOMES[i].word}" style="flex:${counts[i]}"></i>`);
}

function isBad(outcome) {
  return OUTCOMES[outcome].word === 'FAIL' || OUTCOMES[outcome].word === 'BROKEN';
}

function kernelsShownMany() {
  return !state.kernel && data.kernels.length > 1;
}

// What all shown cells of a case have in common stands above them, once.
function cellRows(one, kernels) {
  const cells = one.cells.map(({ index }) => data.cases[one.index].cells[index]);
  const common = cells.length > 1
    ? Object.entries(cells[0].axes).filter(([axis, value]) => cells.every((cell) => cell.axes[axis] === value)) : [];
  const names = common.map(([axis]) => axis);
  return html`${common.length > 0 && html`<tr class="common"><th scope="row">all with ${
    axesMarkup(common)}</th><td colspan="${kernels.length}"></td></tr>`}${one.cells.map(({ index, hits }, i) => html`<tr class="cell" data-cell="${
    index}"><th scope="row">${axesMarkup(
    Object.entries(cells[i].axes).filter(([axis]) => !names.includes(axis)), cells[i - 1]?.axes)}</th>${
    kernels.map((k, column) => html`<td class="${isChange(cells[i], kernels, column) && 'change'}">${
      resultButton(cells[i].results[k], hits[column], k)}</td>`)}</tr>`)}`;
}

// Whether the verdict is another than on the last kernel before that has one.
function isChange(cell, kernels, column) {
  const here = cell.verdicts[kernels[column]] ?? null;
  const before = kernels.slice(0, column).map((k) => cell.verdicts[k]).filter((verdict) => verdict !== null).pop();
  return here !== null && before !== undefined && here !== before;
}

// Values that the row above has too are faint, so that what changes is seen.
function axesMarkup(entries, above) {
  if (!entries.length) return html`<span class="axis">the only cell</span>`;
  return entries.map(([axis, value]) => html`<span class="pair${above?.[axis] === value && ' same'}"><span
    class="axis">${axis}=</span>${value}</span>`);
}

function verdictText(verdict) {
  return verdict ? [verdict.fate, verdict.at && `at ${verdict.at}`, verdict.reason].filter(Boolean).join(' ') : '';
}

function resultButton(result, hit, kernel) {
  if (!result) return html`<div class="none" aria-label="not run">·</div>`;
  const { word, sign } = outcomeOf(result);
  const verdict = field(result, 'verdict');
  const fate = verdictText(verdict);
  const told = kernelsShownMany() ? sign : `${sign} ${word}${fate && `: ${fate}`}`;
  return html`<button type="button" tabindex="-1" class="${word} ${hit ? '' : 'off'}" data-kernel="${kernel}"
    title="${word}${fate && `: ${fate}`}" aria-label="${word}${fate && `: ${fate}`}, ${
    data.kernels[kernel].label}">${told}</button>`;
}

function fillSeen(entries) {
  for (const entry of entries) if (entry.isIntersecting) fill(entry.target);
}

// Puts a case's cells where only their room was.
function fill(row) {
  const tbody = row.closest('tbody');
  if (!tbody) return;
  fillers.unobserve(row);
  row.insertAdjacentHTML('afterend', html`${cellRows(shown[tbody.dataset.row], shownKernels())}`);
  row.remove();
  markCurrent();
}

function fillAll() {
  for (const row of element('matrix').querySelectorAll('.filler')) fill(row);
}

function toggle(tbody, open) {
  const one = shown[tbody.dataset.row];
  const button = tbody.querySelector('th button');
  const wanted = open ?? button.getAttribute('aria-expanded') !== 'true';

  state.unfolded.set(one.name, wanted);
  button.setAttribute('aria-expanded', wanted);
  for (const row of [...tbody.rows].slice(1)) row.remove();
  if (wanted) {
    tbody.insertAdjacentHTML('beforeend', html`${filler(one, shownKernels())}`);
    fill(tbody.rows[1]);
  }
  writeHash();
}

function renderCount(kernels) {
  const cells = shown.reduce((count, one) => count + one.cells.length, 0);
  const all = data.cases.reduce((count, one) => count + one.cells.length, 0);
  const on = data.kernels.length > 1 ? ` on ${many(kernels.length, 'kernel')}` : '';
  element('count').textContent = cells === all ? `${many(all, 'cell')}${on}`
    : `${cells.toLocaleString('en')} of ${many(all, 'cell')}${on}`;
}

function buttonOf(at) {
  const row = shown.findIndex((one) => one.index === at.case);
  return document.querySelector(`tbody[data-row="${row}"] tr[data-cell="${at.cell}"] button[data-kernel="${at.kernel}"]`);
}

// Brings the cell whose details are open into view.
function showCurrent() {
  const row = shown.findIndex((one) => one.index === state.cell.case);
  const room = document.querySelector(`tbody[data-row="${row}"] .filler`);
  if (room) fill(room);
  buttonOf(state.cell)?.scrollIntoView({ block: 'center', inline: 'nearest' });
}

function markCurrent() {
  for (const old of element('matrix').querySelectorAll('[aria-current]')) old.removeAttribute('aria-current');
  if (state.cell) buttonOf(state.cell)?.setAttribute('aria-current', 'true');
}

// ---- by keyboard: one button of the table is in the tab order, arrows move it

function focusButton(button) {
  for (const old of element('matrix').querySelectorAll('[tabindex="0"]')) old.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}

// The nearest row in a direction that has a button in this column, or in its first.
function moveRows(button, direction) {
  const column = button.closest('th, td').cellIndex;
  let row = button.closest('tr');
  for (;;) {
    const tbody = row.parentElement;
    const sibling = direction > 0 ? tbody.nextElementSibling : tbody.previousElementSibling;
    row = (direction > 0 ? row.nextElementSibling : row.previousElementSibling)
      ?? (direction > 0 ? sibling?.rows[0] : sibling?.rows[sibling.rows.length - 1]);
    if (!row || row.parentElement.tagName === 'THEAD') return null;
    if (row.className === 'filler') {
      const before = row.previousElementSibling, bodyOf = row.parentElement;
      fill(row);
      row = direction > 0 ? before.nextElementSibling : bodyOf.rows[bodyOf.rows.length - 1];
    }
    const target = row.cells[column]?.querySelector('button') ?? row.querySelector('button');
    if (target) return target;
  }
}

function moveColumns(button, direction) {
  let cell = button.closest('th, td');
  do cell = direction > 0 ? cell.nextElementSibling : cell.previousElementSibling;
  while (cell && !cell.querySelector('button'));
  return cell?.querySelector('button');
}

function matrixKey(event) {
  const button = event.target.closest('button');
  const isCase = button?.hasAttribute('aria-expanded');
  const open = isCase && button.getAttribute('aria-expanded') === 'true';
  let target = null;

  if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
  switch (event.key) {
    case 'ArrowDown': target = moveRows(button, 1); break;
    case 'ArrowUp': target = moveRows(button, -1); break;
    case 'ArrowRight':
      if (isCase && !open) toggle(button.closest('tbody'), true);
      else target = moveColumns(button, 1);
      break;
    case 'ArrowLeft':
      if (open) toggle(button.closest('tbody'), false);
      else target = moveColumns(button, -1);
      break;
    case 'Home': target = element('matrix').querySelector('tbody button'); break;
    case 'End': target = [...element('matrix').querySelectorAll('tr.case th button')].pop(); break;
    default: return;
  }
  event.preventDefault();
  if (target) focusButton(target);
}
