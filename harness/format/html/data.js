'use strict';
// What results say, out of the page's data, and small helpers for writing HTML.

const data = JSON.parse(document.getElementById('data').textContent);

// In the order of the numbers in the data; later in `worst` is worse.
const SIGNS = { PASS: '✓', KNOWN: 'K', FIXED: '↑', FAIL: '✕', SKIP: '–', BROKEN: '!' };
const OUTCOMES = data.outcomes.map((outcome) => ({ ...outcome, sign: SIGNS[outcome.word] }));

// The states of a checksum, as hops and steps name them.
const CHECKSUMS = data.checksums.map((state) => state.word);

const FIRST_FIELD = 2; // a result is [outcome, ms, a reference for each field]

const BRIEF = 'Brief results (--brief): outcomes, verdicts and reasons, without the evidence that they rest on.';

function pooled(reference) {
  return reference === null || reference === undefined ? null : data.pool[reference];
}

function reference(result, name) {
  return result[FIRST_FIELD + data.fields.indexOf(name)];
}

// A field of a result as the results document has it, but for `hops`: rows of numbers.
function field(result, name) {
  const value = pooled(reference(result, name));
  if (value === null) return null;
  switch (name) {
    case 'hops':
      return value.map(pooled).map(([hop, packets, bytes, largest, dataPackets, oversize, valid, partial, bad, left]) =>
        ({ hop, packets, bytes, largest, data: dataPackets, oversize, valid, partial, bad, left }));
    case 'counters':
      return Object.entries(value).map(([node, row]) => ({ node, counters: pairs(pooled(row)) }));
    case 'command':
    case 'script':
      return value.map(pooled).join('');
    case 'journey':
      return { ...value, steps: value.steps.map((step, i) => ({ ...pooled(step), time_us: value.times[i] })) };
    default:
      return value;
  }
}

function pairs(row) {
  const out = [];
  for (let i = 0; i < row.length; i += 2) out.push({ name: pooled(row[i]), delta: row[i + 1] });
  return out;
}

function outcomeOf(result) {
  return OUTCOMES[result[0]];
}

// "Linux 6.1.0-56-amd64 (6.1.192), tcg"
function kernelName({ release, version, machine, qemu }) {
  return [`Linux ${release || '?'}${version && version !== release ? ` (${version})` : ''}`, machine, qemu && `QEMU ${qemu}`].filter(Boolean).join(', ');
}

function axesText(cell) {
  return Object.entries(cell.axes).map(([axis, value]) => `${axis}=${value}`).join(' ');
}

// html`...` escapes what is put in, unless it came from html`...` itself; lists are joined.
class Markup {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function markup(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(markup).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (letter) => ESCAPES[letter]);
}

function html(strings, ...values) {
  return new Markup(strings.reduce((text, part, i) => text + markup(values[i - 1]) + part));
}

function element(id) {
  return document.getElementById(id);
}

function many(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
