// A topology as a drawing, from the sender down: nodes with their addresses and SIDs, links with the interfaces at both
// ends and their offloads, and over it the packet's journey with the place where it ended.

const LINE = 16;
const NODE_GAP = 14;
const CHARACTER = 7; // the width of a letter, about

function fit(text, width) {
  const letters = Math.max(4, Math.floor(width / CHARACTER));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}

// Parts as lines that fit.
function wrap(parts, width) {
  const lines = [];
  for (const part of parts) {
    const longer = lines.length ? `${lines[lines.length - 1]} · ${part}` : '';
    if (longer && longer.length * CHARACTER <= width) lines[lines.length - 1] = longer;
    else lines.push(lines.length ? `    ${part}` : part);
  }
  return lines;
}

// The node that an end of a link, "src.b0", or a hop names: no name of ours has a dot, but others' may.
function nodeOf(topology) {
  return (end) => topology.nodes.map((node) => node.name).filter((name) => end.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length)[0];
}

// What there is of a topology: nodes that have a name, links between them.
function sound(topology, models) {
  const texts = (list) => (Array.isArray(list) ? list.map(String) : []);
  const nodes = (Array.isArray(topology?.nodes) ? topology.nodes : []).filter((node) => typeof node?.name === 'string')
    .map((node) => ({ ...node, addresses: texts(node.addresses), sids: node.sids ?? {} }));
  const links = (Array.isArray(topology?.links) ? topology.links : []).map((link) => ({ ...link, ends: texts(link?.ends) }))
    .filter(({ ends }) => ends.length >= 2 && ends.every(nodeOf({ nodes })));
  return nodes.length > 0 ? withHubs({ ...topology, nodes, links }, models) : null;
}

// A link of more than two ends is drawn as a node of its own, with a link to each of them.
function withHubs(topology, models) {
  const nodes = [...topology.nodes];
  const links = topology.links.flatMap((link, i) => {
    if (link.ends.length === 2) return [link];
    let name = `link ${i}`;
    while (nodes.some((node) => node.name === name)) name += "'";
    nodes.push({ name, text: linkText(link, models) || link.kind, hub: true, addresses: [], sids: {} });
    return link.ends.map((end) => ({ ends: [end, `${name}.`], hub: `${name}.`, kind: 'veth', mtu: 1500 }));
  });
  return { ...topology, nodes, links };
}

// Rows of nodes by their distance from the first.
function layers(topology, first) {
  const neighbours = new Map(topology.nodes.map((node) => [node.name, []]));
  for (const { ends } of topology.links) {
    const [a, b] = ends.map(nodeOf(topology));
    neighbours.get(a)?.push(b);
    neighbours.get(b)?.push(a);
  }
  const distance = new Map([[first, 0]]);
  for (const name of distance.keys()) // grows while it is walked: breadth first
    for (const next of neighbours.get(name) || [])
      if (!distance.has(next)) distance.set(next, distance.get(name) + 1);
  const rows = [];
  for (const node of topology.nodes) (rows[distance.get(node.name) ?? 0] ??= []).push(node);
  return rows.filter(Boolean);
}

const MOST_LINES = 6; // at one end of a link

// What each interface is labelled with: {text, bad, out} lines, of the packet's steps or else of what the hop saw.
function notes(topology, journey, hops, verdict, width) {
  const labels = new Map(topology.links.flatMap(({ ends }) => ends).map((end) => [end, []]));
  const add = (hop, parts, bad) => {
    const [, end, direction] = /^(.*):([^:]*)$/s.exec(hop) ?? [null, hop, ''];
    const lines = wrap([`${direction.padEnd(3)} ${parts[0]}`, ...parts.slice(1)], width);
    labels.get(end)?.push(...lines.map((text) => ({ text, bad, out: direction === 'out' })));
  };

  const wrong = verdict?.fate === 'corrupted' ? verdict.last_hop : null; // the first hop that saw a wrong octet
  if (journey) for (const step of journey.steps)
    add(step.hop, [...stepParts(step), ...(step.hop === wrong ? ['a wrong octet'] : [])],
      step.checksum === 'bad' || step.oversize || step.broken || step.hop === wrong);
  else for (const hop of (hops || []).filter(tells(hops))) add(hop.hop, hopParts(hop), hop.bad > 0 || hop.oversize > 0);
  for (const [end, lines] of labels)
    if (lines.length > MOST_LINES) labels.set(end, [...lines.slice(0, MOST_LINES - 1), { ...lines[0], text: '    and more, below' }]);
  return labels;
}

// Hops that saw data; where there never was any, as of a SYN that is lost, those that saw a packet.
function tells(hops) {
  return hops?.some((hop) => hop.data) ? (hop) => hop.data > 0 : (hop) => hop.packets > 0;
}

function stepParts(step) {
  return [`${step.length} octets`, step.oversize && 'over the MTU', step.encapsulated && 'encap', step.merged > 1 && `${step.merged} merged`,
    step.checksum && `checksum ${step.checksum}`, step.segments_left !== null && `left ${step.segments_left}`,
    `to ${step.destination}`, step.broken && `broke ${step.broken.join(', ')}`].filter(Boolean);
}

function hopParts(hop) {
  const states = CHECKSUMS.filter((name) => hop[name]).map((name) => `${hop[name]} ${name}`);
  return [hop.data ? many(hop.data, 'data packet') : many(hop.packets, 'packet'), `largest ${hop.largest}`, `checksums: ${states.join(', ') || 'not seen'}`,
    hop.oversize && `${hop.oversize} over the MTU`].filter(Boolean);
}

// Where the packet ended, and what is known of it: {node, lines} or null.
function ending(journey, verdict, drops) {
  const node = journey?.end && journey.end.how !== 'received' ? journey.end.node : verdict?.at;
  if (!node) return null;
  const told = journey?.end?.drop;
  const drop = told === undefined ? (drops || []).find((one) => one.node === node) : told;
  const how = journey?.end && journey.end.how !== 'received' ? journey.end.how : verdict.fate;
  const reason = journey?.end?.reason || verdict?.reason;
  const freed = drop && (drop.function || drop.reason) &&
    `freed${drop.function ? ` in ${drop.function}` : ''}${drop.reason ? `: ${drop.reason}` : ''}`;
  return { node, lines: [`✕ ${how}${reason ? `: ${reason}` : ''}`, freed].filter(Boolean) };
}

function nodeLines(node, end) {
  const lines = [];
  if (node.addresses.length) lines.push({ text: node.addresses.join('  ') });
  for (const [sid, behaviour] of Object.entries(node.sids)) lines.push({ text: `${sid}  ${behaviour}` });
  if (node.service) lines.push({ text: `service: ${node.service}` });
  if (end?.node === node.name) lines.push(...end.lines.map((text) => ({ text, alarm: true })));
  return lines;
}

function nodeDrawing({ node, x, y, width, height, lines }, end) {
  return html`<g class="node${node.hub && ' hub'}${end?.node === node.name && ' ended'}"><rect x="${x}" y="${y}" width="${width}"
    height="${height}" rx="6"/><text class="name" x="${x + 12}" y="${y + 19}">${node.text ?? node.name}</text>${
    lines.map((line, i) => html`<text class="${line.alarm ? 'alarm' : 'faint'}" x="${x + 12}"
      y="${y + 19 + LINE * (i + 1)}">${fit(line.text, width - 20)}</text>`)}</g>`;
}

function offloadTags(states) {
  if (!states) return '';
  return Object.entries(states).map(([name, value]) =>
    html` <tspan class="${value === 'on' ? 'faint' : 'struck'}">${name}</tspan>`);
}

// The labels of one end, downwards from y.
function endDrawing(end, lines, states, x, y, width) {
  return html`<text x="${x + 14}" y="${y}">${end.slice(end.lastIndexOf('.') + 1)}${offloadTags(states)}</text>${
    lines.map((line, i) => html`<text class="${line.bad && 'alarm'}" x="${x + 14}" y="${y + LINE * (i + 1)}">${
      fit(line.text, width - 16)}</text>`)}`;
}

// "nic e1000", "nic-model next-header at src.b0, csum-start at r1.a0", "mtu 1400"
function linkText(link, models) {
  const named = link.ends.filter((end) => models?.[end]);
  const alike = named.length === link.ends.length && named.every((end) => models[end] === models[named[0]]);
  const model = alike ? ` ${models[named[0]]}` : named.length
    ? ` ${named.map((end) => `${models[end]} at ${end}`).join(', ')}` : '';
  return [link.kind !== 'veth' && `${link.kind}${model}`, link.mtu !== 1500 && `mtu ${link.mtu}`].filter(Boolean).join(', ');
}

function linkDrawing(link, upper, lower, upperEnd, lowerEnd, labels, result, shift) {
  const offloads = field(result, 'offloads');
  const x = Math.max(upper.x, lower.x) + 22 + shift;
  const top = upper.y + upper.height, bottom = lower.y;
  const width = Math.min(upper.x + upper.width, lower.x + lower.width) - x;
  const upperLines = labels.get(upperEnd), lowerLines = labels.get(lowerEnd);
  const travelled = [[upperEnd, upperLines], [lowerEnd, lowerLines]].every(([end, lines]) => end === link.hub || lines.length > 0);
  const [near, toNear] = upperEnd === link.hub ? [lowerLines, false] : [upperLines, true];
  const up = near.length > 0 && near.every((line) => line.out !== toNear);
  const middle = (top + bottom) / 2;
  const extra = linkText(link, field(result, 'models'));

  return html`<line class="link${travelled && ' travelled'}" x1="${x}" y1="${top}" x2="${x}" y2="${bottom}"/>${
    travelled && html`<path class="arrow" d="M${x - 5},${middle - (up ? -4 : 4)}h10l-5,${up ? -9 : 9}z"/>`}${
    [[top, upperLines], [bottom, lowerLines]].map(([y, lines]) => lines.length > 0 &&
      html`<circle class="dot${lines.some((line) => line.bad) && ' bad'}" cx="${x}" cy="${y}" r="5"/>`)}${
    endDrawing(upperEnd, upperLines, offloads?.[upperEnd], x, top + 17, width)}${
    endDrawing(lowerEnd, lowerLines, offloads?.[lowerEnd], x, bottom - 9 - LINE * lowerLines.length, width)}${
    extra && html`<text class="faint" x="${x + 14}" y="${middle + 4}">${fit(extra, width)}</text>`}`;
}

function nodeWidth(row, width) {
  return Math.max(NODE_GAP, (width - 2 - NODE_GAP * (row.length - 1)) / row.length);
}

// Boxes of all nodes, by name; a row is as high as its highest node, and as far from the next as the labels need.
function place(rows, labels, topology, end, width) {
  const boxes = new Map();
  let y = 1;

  for (const row of rows) {
    const each = nodeWidth(row, width);
    const lines = row.map((node) => nodeLines(node, end));
    const height = 30 + LINE * Math.max(...lines.map((some) => some.length));
    row.forEach((node, i) => boxes.set(node.name,
      { node, x: 1 + i * (each + NODE_GAP), y, width: each, height, lines: lines[i] }));
    const counts = topology.links
      .filter(({ ends }) => ends.some((name) => row.some((node) => node.name === nodeOf(topology)(name))) &&
        ends.some((name) => !boxes.has(nodeOf(topology)(name))))
      .map(({ ends }) => labels.get(ends[0]).length + labels.get(ends[1]).length);
    y += height + 62 + LINE * Math.max(0, ...counts);
  }
  return boxes;
}

function topologyDrawing(result, width) {
  const topology = sound(field(result, 'topology'), field(result, 'models'));
  const journey = field(result, 'journey'), verdict = field(result, 'verdict');
  if (!topology) return null;
  const end = ending(journey, verdict, field(result, 'drops'));
  const owner = nodeOf(topology);
  const rows = layers(topology, owner(String(journey?.steps?.[0]?.hop)) ?? topology.nodes[0].name);
  const labels = notes(topology, journey, field(result, 'hops'), verdict,
    Math.min(...rows.map((row) => nodeWidth(row, width))) - 40);
  const boxes = place(rows, labels, topology, end, width);
  const between = new Map(); // links between the same two nodes stand beside each other
  const height = Math.max(...[...boxes.values()].map((box) => box.y + box.height)) + 1;

  const links = topology.links.map((link) => {
    const ends = [...link.ends].sort((a, b) => boxes.get(owner(a)).y - boxes.get(owner(b)).y);
    const [upper, lower] = ends.map((name) => boxes.get(owner(name)));
    const pair = `${upper.node.name} ${lower.node.name}`;
    const before = between.get(pair) || 0;
    between.set(pair, before + 1);
    return linkDrawing(link, upper, lower, ends[0], ends[1], labels, result,
      before * Math.min(upper.width, lower.width) / 2);
  });
  return html`<svg class="topology" viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img"
    aria-label="the topology${journey && ', and the way of the packet'}">${
    [...boxes.values()].map((box) => nodeDrawing(box, end))}${links}</svg>`;
}
