// The network drawn, its numbers as cells, the sum of the touched unit: how things look, and what they hold. See numbers.py.
const {say, portuguese} = veredas, net = network99, {SIZES, LAYERS} = net;
const box = element.querySelector('.net99');
const find = (selector) => box.querySelector(selector);
const drawing = find('.drawing'), panel = find('.sum'), result = find('.result'), side = find('.side');
const trace = find('.trace');

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
function set(shape, facts) { // what stays as it is costs the screen nothing
  for (const [name, value] of Object.entries(facts)) if (shape.getAttribute(name) !== String(value)) shape.setAttribute(name, value);
}
const range = (n) => [...Array(n).keys()];
function write(place, text) { if (place.textContent !== text) place.textContent = text; }
const number = (value, digits) => veredas.number(value, digits).replace('-', '−');
const short = (w) => number(w, Math.abs(w) < 9.995 ? 2 : Math.abs(w) < 99.95 ? 1 : 0); // fits a cell
const percent = (p) => `${number(100 * p, 0)}${portuguese ? '\u202f' : ''}%`;
const nameOf = (layer, unit) => (layer === 0 ? data.before[unit] : layer === LAYERS ? data.after[unit] : 'hg'[layer - 1] + (unit + 1)) || '–';
const now = () => net.run(weights, ...data.examples[example], told.activation);
const inputOf = (i) => data.examples[i][0].indexOf(1); // of a word

// ---- the drawing ----
let units = [], edges = [], outputs = [], boxes = []; // what changes in it; boxes: the cells, by the place of their number
function lay() { // sizes in px, so that type keeps its size
  const {width, height} = drawing.getBoundingClientRect();
  if (!width || !height) return;
  room = [trace.clientWidth, trace.clientHeight];
  drawing.replaceChildren();
  const large = width > 700;
  narrow = width < 480;
  const type = narrow ? 15 : large ? 28 : 18, long = (names) => type * 0.57 * Math.max(...names.map((name) => name.length)) + 12;
  const r = Math.min(large ? 38 : 18, height / 8 * 0.44), left = long(data.before) + r;
  const right = width - Math.max(long(data.after), narrow ? 84 : large ? 270 : 150) - r;
  const x = (layer) => left + (right - left) * layer / LAYERS, y = (layer, unit) => height * (unit + 0.5) / SIZES[layer];
  edges = range(LAYERS).map((layer) => {
    const group = shape('g', `edges edges-${layer}`, drawing);
    return range(SIZES[layer + 1]).map((unit) => range(SIZES[layer]).map((i) => shape('line', '', group, {
      x1: x(layer) + r, y1: y(layer, i), x2: x(layer + 1) - r, y2: y(layer + 1, unit)})));
  });
  units = SIZES.map((n, layer) => {
    const group = shape('g', `layer layer-${layer}`, drawing);
    return range(n).map((unit) => {
      const one = shape('g', 'unit', group, {transform: `translate(${x(layer)} ${y(layer, unit)})`, role: 'button', tabindex: 0});
      one.onclick = () => press(layer, unit);
      one.onkeydown = (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); press(layer, unit); } };
      const wide = Math.max(r, 22), tall = Math.min(height / n, 88), ends = [layer ? wide : left, layer === LAYERS ? width - right : wide];
      shape('rect', 'hit', one, {x: -ends[0], y: -tall / 2, width: ends[0] + ends[1], height: tall}); // a finger is wider than a circle
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
let digits = 2, narrow = false;
function draw() {
  const seen = now(), target = data.examples[example][1], word = inputOf(example), share = data.shares[word];
  edges.forEach((layer, l) => layer.forEach((unit, k) => unit.forEach((line, i) => {
    const w = weights[net.place(l, k, i)], mine = touched.layer === l && touched.unit === k;
    set(line, {class: `${w < 0 ? 'minus' : 'plus'}${mine ? ' mine' : ''}`, 'stroke-width': Math.min(9, 0.6 + 2.4 * Math.abs(w)).toFixed(1)});
  })));
  units.forEach((layer, l) => layer.forEach(({one, circle, value}, k) => {
    const a = l === LAYERS ? seen.p[k] : seen.given[l][k], mine = touched.layer === l - 1 && touched.unit === k;
    const shown = number(a, l === 0 && data.shares.length ? 0 : digits);
    circle.style.setProperty('--lit', Math.min(1, Math.abs(a)).toFixed(1));
    write(value, shown);
    set(one, {class: `unit ${a < 0 ? 'minus' : 'plus'}${mine ? ' mine' : ''}${l === LAYERS && k === target ? ' target' : ''}${l === 0 && k === word ? ' on' : ''}`,
      'aria-label': `${nameOf(l, k)}: ${shown}`});
  }));
  outputs.forEach(({far, at, fill, was, tick, said}, k) => {
    set(fill, {width: (far * seen.p[k]).toFixed(1)});
    set(was, {width: before ? far * before[k] : 0});
    set(tick, {x: at + (share ? far * share[k] : 0) - 1.5, visibility: share ? 'visible' : 'hidden'});
    write(said, share ? narrow ? `${percent(seen.p[k])} (${number(100 * share[k], 0)})` : say(texts.share, {p: percent(seen.p[k]), n: percent(share[k])}) : percent(seen.p[k]));
  });
  drawCells(seen);
  drawSum(seen);
  drawStatus();
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
  const shown = short(weights[place]);
  if ((document.activeElement !== input || playing) && input.value !== shown) input.value = shown;
  const move = -gradients[place];
  set(bar, {class: move < 0 ? 'minus' : 'plus', style: `transform: scaleX(${most ? (Math.sqrt(Math.abs(move) / most) * Math.sign(move)).toFixed(1) : 0})`});
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
  terms = range(n + 1).map((i) => {
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
let room = [0, 0]; // for the curve, px
function drawTrace() {
  const [width, height] = room;
  if (!width) return;
  const high = Math.max(1.2, ...losses.map(([, loss]) => loss)), wide = Math.max(1, steps);
  const y = (loss) => (height - 4) * (1 - loss / high) + 2;
  trace.replaceChildren();
  shape('line', 'floor', trace, {x1: 0, x2: width, y1: y(data.lowest), y2: y(data.lowest)});
  shape('polyline', 'loss', trace, {points: losses.map(([at, loss]) => `${(width - 3) * at / wide},${y(loss)}`).join(' ')});
  trace.setAttribute('aria-label', find('.status').textContent);
}

// ---- beside the first matrix: all words at once, learned and counted; or the plane of the points ----
let learned = [], map = null;
function buildSide() {
  side.replaceChildren();
  side.className = `side ${data.shares.length ? 'shares' : 'map'}`;
  if (data.shares.length) buildShares(); else buildMap();
}
function buildShares() {
  make('span', 'head', say(texts.learned), side);
  for (let k = 0; k < 3; k++) make('span', 'head', brief(nameOf(LAYERS, k)), side);
  learned = data.shares.map((shares, i) => {
    make('span', 'row', nameOf(0, i), side);
    return shares.map((share) => {
      const one = make('span', 'pair', '', side), p = make('b', '', '', one);
      make('small', '', number(100 * share, 0), one);
      return p;
    });
  });
}
function drawShares() {
  learned.forEach((row, i) => {
    const {p} = net.softmax(net.forward(weights, range(SIZES[0]).map((j) => (i === j ? 1 : 0)), told.activation).given[LAYERS]);
    row.forEach((one, k) => write(one, number(100 * p[k], 0)));
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
