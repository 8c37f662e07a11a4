// Which cells are shown; the URL's hash holds it, so that a view can be sent to someone.

const state = {
  outcomes: new Set(OUTCOMES.map((outcome) => outcome.word)),
  case: '',
  kernel: '', // a label, or all
  text: '',
  changes: false, // only cells whose verdict is not the same on all kernels shown
  unfolded: new Map(), // case name to what its reader chose: true or false
  cell: null, // the one whose details are open: {case, cell, kernel}, indices
};

const SEARCHED = ['why', 'verdict', 'known', 'drops', 'complaints', 'hints', 'console'];
const UNFOLD_AT_MOST = 60; // cells that a filter leaves: so few are shown at once

function shownKernels() {
  const all = data.kernels.map((_, i) => i);
  return state.kernel ? all.filter((i) => data.kernels[i].label === state.kernel) : all;
}

// References of the text that is searched, each once, with the text in small letters.
let searchable = null;

function searchableTexts() {
  if (searchable) return searchable;
  searchable = new Map();
  for (const one of data.cases)
    for (const cell of one.cells)
      for (const result of cell.results)
        for (const name of result ? SEARCHED : []) {
          const ref = reference(result, name);
          if (ref !== null && !searchable.has(ref)) searchable.set(ref, JSON.stringify(pooled(ref)).toLowerCase());
        }
  return searchable;
}

// For each word, the set of references whose text has it.
function search(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
    const refs = new Set();
    for (const [ref, searched] of searchableTexts()) if (searched.includes(word)) refs.add(ref);
    return { word, refs };
  });
}

function changes(cell, kernels) {
  const verdicts = kernels.map((k) => cell.verdicts[k]).filter((verdict) => verdict !== null);
  return verdicts.some((verdict) => verdict !== verdicts[0]);
}

function resultHas(result, { refs }) {
  return SEARCHED.some((name) => refs.has(reference(result, name)));
}

// [{index, counts: by kernel, by outcome; cells: [{index, hits: by kernel}], matches}] of the cases with a match.
function filtered() {
  const kernels = shownKernels();
  const words = search(state.text);
  const wanted = OUTCOMES.map((outcome) => state.outcomes.has(outcome.word));
  const shown = [];

  data.cases.forEach((one, index) => {
    if (state.case && one.name !== state.case) return;
    const counts = kernels.map(() => OUTCOMES.map(() => 0));
    const cells = [];
    one.cells.forEach((cell, c) => {
      if (state.changes && !changes(cell, kernels)) return;
      const name = words.length ? `${one.name} ${axesText(cell)}`.toLowerCase() : '';
      const open = words.filter(({ word }) => !name.includes(word));
      const hits = kernels.map((k, column) => {
        const result = cell.results[k];
        const hit = result !== null && wanted[result[0]] && open.every((word) => resultHas(result, word));
        if (hit) counts[column][result[0]]++;
        return hit;
      });
      if (hits.includes(true)) cells.push({ index: c, hits });
    });
    if (cells.length) shown.push({ index, name: one.name, counts, cells });
  });
  return shown;
}

function isFiltered() {
  return state.outcomes.size < OUTCOMES.length || state.text !== '' || state.changes;
}

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const list = (key) => (hash.get(key) || '').split(',').filter(Boolean);
  const outcomes = list('outcome').filter((word) => OUTCOMES.some((outcome) => outcome.word === word));
  const [caseName, cell, kernel] = (hash.get('cell') || '').split(':');
  const caseIndex = data.cases.findIndex((one) => one.name === caseName);

  state.outcomes = new Set(outcomes.length ? outcomes : OUTCOMES.map((outcome) => outcome.word));
  state.case = data.cases.some((one) => one.name === hash.get('case')) ? hash.get('case') : '';
  state.kernel = data.kernels.some((one) => one.label === hash.get('kernel')) ? hash.get('kernel') : '';
  state.text = hash.get('text') || '';
  state.changes = hash.get('changes') === 'only';
  state.unfolded = new Map([...list('unfolded').map((name) => [name, true]),
    ...list('folded').map((name) => [name, false])]);
  state.cell = data.cases[caseIndex]?.cells[cell]?.results[kernel]
    ? { case: caseIndex, cell: Number(cell), kernel: Number(kernel) } : null;
}

function hashOfState() {
  const hash = new URLSearchParams();
  const unfolded = [...state.unfolded];
  const set = (key, value) => value && hash.set(key, value);

  if (state.outcomes.size < OUTCOMES.length) set('outcome', [...state.outcomes].join(','));
  set('case', state.case);
  set('kernel', state.kernel);
  set('text', state.text);
  set('changes', state.changes && 'only');
  set('unfolded', unfolded.filter(([, open]) => open).map(([name]) => name).join(','));
  set('folded', unfolded.filter(([, open]) => !open).map(([name]) => name).join(','));
  if (state.cell) set('cell', `${data.cases[state.cell.case].name}:${state.cell.cell}:${state.cell.kernel}`);
  return hash.toString().replace(/%2C/g, ',').replace(/%3A/g, ':');
}

function writeHash() {
  const hash = hashOfState();
  if (hash !== location.hash.slice(1)) history.replaceState(null, '', hash ? `#${hash}` : location.pathname);
}
