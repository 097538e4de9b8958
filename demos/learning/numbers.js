// The network drawn, its numbers as cells, the sum of the touched unit; stepped, trained, edited. See numbers.py.
const {say, portuguese} = veredas, net = network99, {SIZES, LAYERS} = net;
const box = element.querySelector('.net99');
const find = (selector) => box.querySelector(selector);
const drawing = find('.drawing'), panel = find('.sum'), result = find('.result'), note = find('.note'), side = find('.side');
const trace = find('.trace'), textBox = find('textarea'), rate = find('.rate input');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const PACE = 500, EVERY = 66, MOST = 250; // steps a second; ms between two drawings; steps of one frame at most
const LIGHT = 350; // ms that each layer takes to light up

let told = {...first.told}; // the recipe: seed, activation, task, text, rate, weights (told only if changed by hand)
let data = first.words[veredas.language], weights = first.weights, example = 0;
let touched = {layer: 0, unit: 0}, steps = 0, losses = [], before = null, edited = false, hand = false, playing = 0;

const make = (tag, kind, text = '', inside = null) => {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  if (inside) inside.append(made);
  return made;
};
const shape = (tag, kind, inside, facts = {}, text = '') => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(made, {class: kind, ...facts});
  made.textContent = text;
  inside.append(made);
  return made;
};
function set(shape, facts) { for (const [name, value] of Object.entries(facts)) shape.setAttribute(name, value); }
const number = (value, digits) => veredas.number(value, digits).replace('-', '−');
const short = (w) => number(w, Math.abs(w) < 9.995 ? 2 : Math.abs(w) < 99.95 ? 1 : 0); // fits a cell
const percent = (p) => `${number(100 * p, 0)}${portuguese ? '\u202f' : ''}%`;
const nameOf = (layer, unit) => (layer === 0 ? data.inputs[unit] : layer === LAYERS ? data.outputs[unit] : 'hg'[layer - 1] + (unit + 1)) || '–';
const now = () => net.run(weights, ...data.examples[example], told.activation);
const inputOf = (i) => data.examples[i][0].indexOf(1); // of a word

// ---- the drawing ----
let units = [], edges = [], outputs = [], boxes = []; // what changes in it; boxes: the cells, by the place of their number
function lay() { // sizes in px, so that type keeps its size
  const {width, height} = drawing.getBoundingClientRect();
  if (!width || !height) return;
  drawing.replaceChildren();
  const narrow = width < 480, large = width > 700;
  const type = narrow ? 15 : large ? 28 : 18, long = (names) => type * 0.57 * Math.max(...names.map((name) => name.length)) + 12;
  const r = Math.min(large ? 38 : 18, height / 8 * 0.44), left = long(data.inputs) + r;
  const right = width - Math.max(long(data.outputs), narrow ? 84 : large ? 270 : 150) - r;
  const x = (layer) => left + (right - left) * layer / LAYERS, y = (layer, unit) => height * (unit + 0.5) / SIZES[layer];
  edges = [...Array(LAYERS).keys()].map((layer) => {
    const group = shape('g', `edges edges-${layer}`, drawing);
    return [...Array(SIZES[layer + 1]).keys()].map((unit) => [...Array(SIZES[layer]).keys()].map((i) => shape('line', '', group, {
      x1: x(layer) + r, y1: y(layer, i), x2: x(layer + 1) - r, y2: y(layer + 1, unit)})));
  });
  units = SIZES.map((n, layer) => {
    const group = shape('g', `layer layer-${layer}`, drawing);
    return [...Array(n).keys()].map((unit) => {
      const one = shape('g', 'unit', group, {transform: `translate(${x(layer)} ${y(layer, unit)})`, role: 'button', tabindex: 0});
      one.onclick = () => press(layer, unit);
      one.onkeydown = (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); press(layer, unit); } };
      if (layer === 0) shape('text', 'word', one, {x: -r - 8, y: 5, 'text-anchor': 'end'}, nameOf(0, unit));
      return {one, circle: shape('circle', '', one, {r}), value: shape('text', 'value', one, {y: 5, 'text-anchor': 'middle'})};
    });
  });
  outputs = units[LAYERS].map(({one}, unit) => {
    const far = width - right - r - 12, at = {x: r + 8};
    shape('text', 'word', one, {...at, y: -14}, nameOf(LAYERS, unit));
    shape('rect', 'track', one, {...at, y: -6, width: far, height: 14});
    return {far, at: at.x, fill: shape('rect', 'fill', one, {...at, y: -6, height: 14}), was: shape('rect', 'was', one, {...at, y: -6, height: 14}),
      tick: shape('rect', 'tick', one, {y: -10, width: 3, height: 22}), said: shape('text', 'said', one, {...at, y: large ? 38 : narrow ? 26 : 30})};
  });
  digits = r < 19 ? 1 : 2;
  draw();
}
let digits = 2;
function draw() {
  const seen = now(), target = data.examples[example][1], word = inputOf(example), share = data.shares[word];
  edges.forEach((layer, l) => layer.forEach((unit, k) => unit.forEach((line, i) => {
    const w = weights[net.place(l, k, i)], mine = touched.layer === l && touched.unit === k;
    set(line, {class: `${w < 0 ? 'minus' : 'plus'}${mine ? ' mine' : ''}`, 'stroke-width': Math.min(9, 0.6 + 2.4 * Math.abs(w))});
  })));
  units.forEach((layer, l) => layer.forEach(({one, circle, value}, k) => {
    const a = l === LAYERS ? seen.p[k] : seen.given[l][k], mine = touched.layer === l - 1 && touched.unit === k;
    const shown = number(a, l === 0 && data.shares.length ? 0 : digits);
    circle.style.setProperty('--lit', Math.min(1, Math.abs(a)));
    value.textContent = shown;
    set(one, {class: `unit ${a < 0 ? 'minus' : 'plus'}${mine ? ' mine' : ''}${l === LAYERS && k === target ? ' target' : ''}${l === 0 && k === word ? ' on' : ''}`,
      'aria-label': `${nameOf(l, k)}: ${shown}`});
  }));
  outputs.forEach(({far, at, fill, was, tick, said}, k) => {
    fill.setAttribute('width', far * seen.p[k]);
    was.setAttribute('width', before ? far * before[k] : 0);
    set(tick, {x: at + (share ? far * share[k] : 0) - 1.5, visibility: share ? 'visible' : 'hidden'});
    said.textContent = share ? drawing.clientWidth < 480 ? `${percent(seen.p[k])} (${number(100 * share[k], 0)})` : say(texts.share, {p: percent(seen.p[k]), n: percent(share[k])}) : percent(seen.p[k]);
  });
  drawCells(seen);
  drawSum(seen);
  drawStatus(seen);
  if (data.shares.length) drawShares(); else drawMap();
  Object.assign(box.dataset, {steps, ready: 'yes'});
}

// ---- the cells: a row for each unit, its bias last; under each number, what a step would do ----
function buildCells() {
  boxes = [];
  for (const matrix of box.querySelectorAll('.matrix')) {
    const layer = Number(matrix.dataset.layer), n = SIZES[layer];
    matrix.replaceChildren();
    matrix.style.setProperty('--columns', n + 1);
    make('span', 'head', '', matrix);
    for (let i = 0; i < n; i++) make('span', 'head', nameOf(layer, i), matrix);
    make('span', 'head', say(texts.bias), matrix);
    for (let unit = 0; unit < SIZES[layer + 1]; unit++) {
      const name = make('button', 'row', nameOf(layer + 1, unit), matrix);
      name.type = 'button';
      name.onclick = () => touch(layer, unit);
      for (let i = 0; i <= n; i++) boxes[net.place(layer, unit, i)] = cell(layer, unit, i, matrix, true);
    }
  }
}
function cell(layer, unit, i, inside, touches) {
  const place = net.place(layer, unit, i), frame = make('span', 'cell', '', inside), input = make('input', '', '', frame), bar = make('i', '', '', frame);
  Object.assign(input, {type: 'text', inputMode: 'decimal', autocomplete: 'off', spellcheck: false});
  input.setAttribute('aria-label', say(texts.weight, {from: i === SIZES[layer] ? say(texts.bias) : nameOf(layer, i), to: nameOf(layer + 1, unit)}));
  input.onchange = () => change(place, input);
  if (touches) input.onfocus = () => { touch(layer, unit); input.select(); };
  return {frame, input, bar};
}
function fill({input, bar, frame}, place, gradients, most) {
  if (document.activeElement !== input || playing) input.value = short(weights[place]);
  const move = -gradients[place];
  bar.style.transform = `scaleX(${most ? Math.sqrt(Math.abs(move) / most) * Math.sign(move) : 0})`;
  bar.className = move < 0 ? 'minus' : 'plus';
  frame.classList.toggle('negative', weights[place] < 0);
}
function drawCells({gradients}) {
  const most = Math.max(...gradients.map(Math.abs));
  boxes.forEach((one, place) => fill(one, place, gradients, most));
}

// ---- the sum of the touched unit, large ----
let terms = [];
function buildSum() {
  const {layer, unit} = touched, n = SIZES[layer];
  panel.replaceChildren();
  panel.style.setProperty('--columns', n + 1);
  terms = [...Array(n + 1).keys()].map((i) => {
    const term = make('div', 'term', '', panel);
    make('small', 'from', i === n ? say(texts.bias) : nameOf(layer, i), term);
    const made = cell(layer, unit, i, term, false);
    return {...made, times: make('small', 'times', '', term), move: make('small', 'move', '', term), place: net.place(layer, unit, i)};
  });
  boxes.forEach(({frame}) => frame.classList.remove('mine'));
  for (let i = 0; i <= n; i++) boxes[net.place(layer, unit, i)]?.frame.classList.add('mine');
}
function drawSum({given, sums, p, gradients}) {
  const {layer, unit} = touched, most = Math.max(...gradients.map(Math.abs));
  terms.forEach((term, i) => {
    const move = -told.rate * gradients[term.place], a = given[layer][i];
    fill(term, term.place, gradients, most);
    term.times.textContent = i === SIZES[layer] ? '' : `× ${number(a, layer === 0 && data.shares.length ? 0 : 2)}`;
    const size = Math.abs(move) < 0.0005 ? (move ? say(texts.tiny) : '0') : number(Math.abs(move), 3);
    term.move.textContent = move ? `${move < 0 ? '−' : '+'}${size}` : '0';
    term.move.className = `move ${move < 0 ? 'minus' : 'plus'}`;
  });
  const end = layer === LAYERS - 1, gives = end ? percent(p[unit]) : number(given[layer + 1][unit], 2);
  const how = end ? 'softmax' : first.names[told.activation];
  result.textContent = say(texts.result, {unit: nameOf(layer + 1, unit), sum: number(sums[layer][unit], 2), how, gives});
}

// ---- how it goes: steps, loss, what is right ----
function drawStatus() {
  const {loss, right} = net.judge(weights, data.examples, told.activation);
  const facts = {steps: number(steps, 0), loss: number(loss, 2), lowest: number(data.lowest, 2), right, of: data.examples.length, most: data.most};
  for (const one of box.querySelectorAll('.status')) one.textContent = say(texts.status, facts);
  if (losses.length && losses[losses.length - 1][0] === steps) losses.pop();
  losses.push([steps, loss]);
  if (losses.length > 400) losses = losses.filter((one, i) => i % 2 === 0 || i === losses.length - 1);
  drawTrace();
}
function drawTrace() {
  const {width, height} = trace.getBoundingClientRect();
  if (!width) return;
  const high = Math.max(1.2, ...losses.map(([, loss]) => loss)), wide = Math.max(1, steps);
  const y = (loss) => (height - 4) * (1 - loss / high) + 2;
  trace.replaceChildren();
  shape('line', 'floor', trace, {x1: 0, x2: width, y1: y(data.lowest), y2: y(data.lowest)});
  shape('polyline', 'loss', trace, {points: losses.map(([at, loss]) => `${(width - 3) * at / wide},${y(loss)}`).join(' ')});
  trace.setAttribute('aria-label', find('.status').textContent);
}

// ---- beside the first matrix: all words at once, learned and counted; or the plane of the points ----
let told5 = [], map = null;
function buildSide() {
  side.replaceChildren();
  side.className = `side ${data.shares.length ? 'shares' : 'map'}`;
  if (data.shares.length) buildShares(); else buildMap();
}
function buildShares() {
  make('span', 'head', say(texts.learned), side);
  for (let k = 0; k < 3; k++) make('span', 'head', brief(nameOf(LAYERS, k)), side);
  told5 = data.shares.map((shares, i) => {
    make('span', 'row', nameOf(0, i), side);
    return shares.map((share) => {
      const one = make('span', 'pair', '', side), p = make('b', '', '', one);
      make('small', '', number(100 * share, 0), one);
      return p;
    });
  });
}
function drawShares() {
  told5.forEach((row, i) => {
    const x = SIZES.slice(0, 1).flatMap((n) => [...Array(n).keys()].map((j) => (i === j ? 1 : 0)));
    const {p} = net.softmax(net.forward(weights, x, told.activation).given[LAYERS]);
    row.forEach((one, k) => { one.textContent = number(100 * p[k], 0); });
  });
}
const brief = (name) => (name.length > 4 ? `${name.slice(0, 3)}.` : name);
const GRID = 28, SIGNS = ['●', '▲', '■'];
function buildMap() {
  const canvas = make('canvas', '', '', side), over = shape('svg', 'over', side, {viewBox: '-1.1 -1.1 2.2 2.2'});
  Object.assign(canvas, {width: GRID, height: GRID});
  canvas.setAttribute('aria-hidden', 'true');
  over.onclick = (event) => {
    const r = over.getBoundingClientRect(), x = (event.clientX - r.left) / r.width * 2.2 - 1.1, y = 1.1 - (event.clientY - r.top) / r.height * 2.2;
    const far = data.examples.map(([f]) => Math.hypot(f[0] - x, f[1] - y));
    choose(far.indexOf(Math.min(...far)));
  };
  map = {paint: canvas.getContext('2d'), here: shape('circle', 'here', over, {r: 0.12})};
  data.examples.forEach(([f, k]) => shape('text', 'point', over, {x: f[0], y: 0.05 - f[1], 'text-anchor': 'middle'}, SIGNS[k]));
}
function drawMap() {
  const style = getComputedStyle(box), colours = ['--v-real', '--v-fake', '--v-quiet'].map((name) => style.getPropertyValue(name));
  map.paint.clearRect(0, 0, GRID, GRID);
  for (let i = 0; i < GRID; i++) {
    for (let j = 0; j < GRID; j++) {
      const x = 2.2 * (i + 0.5) / GRID - 1.1, y = 1.1 - 2.2 * (j + 0.5) / GRID;
      const {p} = net.softmax(net.forward(weights, [x, y, x * x, y * y, x * y], told.activation).given[LAYERS]), top = Math.max(...p);
      map.paint.globalAlpha = 0.15 + 0.6 * Math.max(0, 1.5 * top - 0.5);
      map.paint.fillStyle = colours[p.indexOf(top)];
      map.paint.fillRect(i, j, 1, 1);
    }
  }
  const [x, y] = data.examples[example][0];
  set(map.here, {cx: x, cy: -y});
}

// ---- the forward pass lights up, layer by layer ----
let waves = [];
function wave() {
  waves.forEach(clearTimeout);
  waves = [];
  drawing.dataset.lit = still || playing ? LAYERS : 0;
  if (still || playing) return;
  for (let layer = 1; layer <= LAYERS; layer++) waves.push(setTimeout(() => { drawing.dataset.lit = layer; }, LIGHT * layer));
}

// ---- what a hand does ----
function touch(layer, unit) { // layer: of the numbers, which lie before the unit
  touched = {layer, unit};
  buildSum();
  draw();
}
function press(layer, unit) {
  if (layer > 0) touch(layer - 1, unit);
  else if (data.shares.length) another(unit);
}
function another(word) { // its next example; of those that say the same, one
  const same = data.examples.map((_, i) => i).filter((i) => inputOf(i) === word);
  const different = same.filter((i, n) => same.findIndex((j) => data.examples[j][1] === data.examples[i][1]) === n);
  const at = different.findIndex((i) => data.examples[i][1] === data.examples[example][1]);
  if (different.length) choose(different[inputOf(example) === word ? (at + 1) % different.length : 0]);
}
function choose(i) {
  [example, before] = [i, null];
  draw();
  wave();
}
function change(place, input) {
  const value = read(input.value);
  hand = true;
  if (value === null) {
    tell(say(texts.bad));
    input.value = short(weights[place]);
    return;
  }
  if (input.value.trim() === short(weights[place])) return; // what is written there is rounded
  weights = weights.map((w, i) => (i === place ? value : w));
  [edited, before] = [true, null];
  tell();
  buildSum();
  draw();
  wave();
  keep();
}
function read(text) { // 1,5 or 1.5; null for what is no number that fits
  const plain = text.trim().replace('−', '-').replace(',', '.');
  const value = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  return Math.abs(value) <= net.LARGEST ? value : null;
}

// ---- training ----
function advance(i) {
  const after = net.step(weights, ...data.examples[i], told.activation, told.rate);
  if (!after) {
    stop();
    tell(say(texts.diverged));
    return false;
  }
  weights = after;
  steps += 1;
  return true;
}
let turn = 0; // of the examples, while it plays
function play() {
  let last = performance.now(), owed = 0, drawn = 0;
  before = null;
  tell();
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    owed = Math.min(owed + (now - last) * PACE / 1000, MOST);
    last = now;
    for (; owed >= 1; owed--, turn = (turn + 1) % data.examples.length) if (!advance(turn)) { draw(); return; }
    if (now - drawn >= EVERY) { drawn = now; draw(); }
    playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  label();
  wave();
}
function stop() {
  if (!playing) return;
  cancelAnimationFrame(playing);
  playing = 0;
  label();
  keep();
}
function tell(error) { // what a hand may do, or what went wrong
  note.textContent = error || say(texts.hint);
  note.classList.toggle('wrong', Boolean(error));
}
function label() {
  const button = find('.play');
  button.textContent = say(playing ? texts.pause : texts.play);
  button.dataset.playing = playing ? 'yes' : 'no';
}
function some(list) { // one step each
  stop();
  hand = true;
  tell();
  const {p} = now();
  list.every(advance);
  before = p;
  draw();
  wave();
  keep();
}
find('.play').onclick = () => { hand = true; if (playing) { stop(); draw(); } else play(); };
find('.one').onclick = () => some([example]);
find('.epoch').onclick = () => some([...data.examples.keys()]);
find('.again').onclick = () => { hand = true; begin({...told, weights: ''}); };
find('.seed').onclick = () => { hand = true; begin({...told, weights: '', seed: 1 + Math.floor(Math.random() * 999)}); };
rate.oninput = () => { hand = true; told.rate = first.rates[rate.value]; drawRate(); drawSum(now()); };
rate.onchange = () => keep();
textBox.onchange = () => {
  const text = textBox.value.trim() === first.text[veredas.language] ? '' : textBox.value;
  hand = true;
  begin({...told, task: 'words', text, weights: ''});
};
for (const button of box.querySelectorAll('[data-task]')) button.onclick = () => { hand = true; begin({...told, task: button.dataset.task, weights: ''}); };
for (const button of box.querySelectorAll('[data-activation]')) button.onclick = () => { hand = true; begin({...told, activation: button.dataset.activation, weights: ''}); };
function drawRate() {
  rate.value = first.rates.indexOf(told.rate);
  find('.rate output').textContent = number(told.rate, Math.max(0, -Math.floor(Math.log10(told.rate))));
  rate.setAttribute('aria-valuetext', find('.rate output').textContent);
}

// ---- a recipe: what it begins with, what the address says, what it becomes ----
const begin = veredas.latest(async (next) => {
  stop();
  const language = veredas.language, words = next.text ? server.language99({text: next.text, language}) : {data: first.words[language]};
  const begun = next.weights ? {weights: next.weights.split(' ').map(Number)} : next.seed === first.told.seed ? first : server.start99({seed: next.seed, language});
  return [await begun, await (next.task === 'points' ? {data: first.points} : words)];
}, ([begun, found], next) => {
  tell(begun.error || found.error);
  if (begun.error || found.error) return; // what was there stays
  [told, data, weights] = [next, found.data, begun.weights];
  [steps, losses, before, example, turn, edited] = [0, [], null, 0, 0, Boolean(next.weights)];
  show();
  keep();
});
function show() {
  textBox.value = told.text || first.text[veredas.language];
  for (const button of box.querySelectorAll('[data-task], [data-activation]')) {
    button.setAttribute('aria-pressed', [told.task, told.activation].includes(button.dataset.task || button.dataset.activation));
  }
  box.dataset.seed = told.seed;
  drawRate();
  label();
  buildCells();
  buildSide();
  buildSum();
  lay();
  wave();
}
let kept = JSON.stringify(told);
function keep() {
  told.weights = edited ? weights.map((w) => +w.toFixed(3)).join(' ') : '';
  kept = JSON.stringify(told);
  if (hand) props.value = {...told};
}
watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || JSON.stringify({...told, ...value}) === kept) return;
  begin({...told, ...value});
});
new ResizeObserver(lay).observe(drawing);
tell();
show();
if (props.value) begin({...told, ...props.value});
