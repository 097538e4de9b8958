// Seven models learn the same points before one's eyes; a tap asks all of them. See densities.py.
const lab = element.querySelector('.lab');
const find = (what) => lab.querySelector(what);
const {number} = veredas;
const [WINDOW, LOW, HIGH] = ['window', 'low', 'high'].map((name) => Number(lab.dataset[name]));
const MOST = 350, ALL = 36 ** 2 - 1; // a visitor's own points; see generative/points/own.py
const large = find('.large canvas'), wait = find('.wait'), select = find('select'), said = find('.table output');
const tiles = Object.fromEntries([...lab.querySelectorAll('[data-model]')].map((tile) => [tile.dataset.model, tile]));

let now = null; // {set, own, seed, model, at, shows}: what the address carries
let have = 0, complete = false; // records; whether all are there
let waiting = [], showing = false; // records that are not yet on screen
let known = {}; // by model: {map, points, held, total, step, of}
let traced = []; // [model, step, log-likelihood of the points held out]
let exact = {}; // by model: [log p, error] at the point, once the server has said
let drawing = null; // [[x, y], ...] while a hand draws

select.setAttribute('aria-label', say(texts.which));
find('.shows').setAttribute('aria-label', say(texts.shows));
find('.table textarea').setAttribute('aria-label', say(texts.table));
find('.table textarea').placeholder = say(texts.table);
large.setAttribute('aria-label', say(texts.plane));
for (const option of select.options) option.textContent = say(texts[option.value]);

// ---- from bytes ----
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const LINE = lab.dataset.line.split(' '); // sets on a line
const dimensions = () => ((now.set === 'own' ? now.own[0] === 'l' : LINE.includes(now.set)) ? 1 : 2);
const density = (level) => Math.exp(LOW + level / steps() * (HIGH - LOW)); // of a cell of a map
const steps = () => (dimensions() === 1 ? 65535 : 255); // two bytes a cell on a line, where a curve would show them
const side = (map) => (dimensions() === 1 ? map.length : Math.sqrt(map.length));
function take_in([model, step, of, map, points, held, total]) {
  const signed = [...bytes(points)].map((byte) => (byte > 127 ? byte - 256 : byte) / 127 * WINDOW);
  const read = bytes(map);
  if (held !== null) traced.push([model, step, held]);
  known[model] = {step, of, held, total, map: dimensions() === 1 ? new Uint16Array(read.buffer) : read, points: signed};
}
const top = () => Math.max(0.02, ...['kernel', 'mixture'].map((model) => (known[model] ? density(known[model].map.reduce((a, b) => Math.max(a, b))) : 0)));
const uniform = () => -dimensions() * Math.log(2 * WINDOW); // nats

// ---- pictures: orange is what was learned, teal is real ----
const colour = (name) => getComputedStyle(lab).getPropertyValue(name).trim();
const across = (x, size) => (x + WINDOW) / (2 * WINDOW) * size;
function dots(canvas, points, name, stacked = false) { // on a line a row of strokes, or dots upon one another
  const pen = canvas.getContext('2d'), size = canvas.width, radius = size > 300 ? 4.5 : 2;
  pen.fillStyle = colour(name);
  pen.globalAlpha = dimensions() === 1 && !stacked ? 0.35 : 0.8;
  const dot = (x, y) => {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fill();
  };
  const high = {}; // by column
  if (dimensions() === 2 || drawing) for (let i = 0; i + 1 < points.length; i += 2) dot(across(points[i], size), size - across(points[i + 1], size));
  else {
    for (const x of points) {
      const column = Math.round(across(x, size) / (2 * radius));
      high[column] = (high[column] || 0) + 1;
      if (stacked) dot(2 * radius * column, 0.85 * size - (2 * high[column] - 1) * radius);
      else pen.fillRect(across(x, size) - radius / 3, size * 0.92, radius / 1.5, size * 0.06);
    }
  }
  pen.globalAlpha = 1;
}
const grid = document.createElement('canvas');
function heat(canvas, map) {
  const n = side(map), most = top(), pen = canvas.getContext('2d');
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour('--v-fake').slice(i, i + 2), 16));
  Object.assign(grid, {width: n, height: n});
  const image = new ImageData(n, n);
  map.forEach((level, i) => { // the first row is the lowest
    const at = 4 * ((n - 1 - Math.floor(i / n)) * n + i % n);
    image.data.set([r, g, b, 255 * Math.min(1, Math.sqrt(density(level) / most))], at);
  });
  grid.getContext('2d').putImageData(image, 0, 0);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(grid, 0, 0, canvas.width, canvas.height);
}
function curve(canvas, map) {
  const pen = canvas.getContext('2d'), size = canvas.width, floor = 0.85 * size, most = 1.25 * top();
  pen.beginPath();
  pen.moveTo(0, floor);
  map.forEach((level, i) => pen.lineTo((i + 0.5) / map.length * size, floor * (1 - Math.min(1, density(level) / most))));
  pen.lineTo(size, floor);
  pen.fillStyle = pen.strokeStyle = colour('--v-fake');
  pen.globalAlpha = 0.3;
  pen.fill();
  pen.globalAlpha = 1;
  pen.lineWidth = size > 300 ? 3 : 1.5;
  pen.stroke();
}
function cross(canvas) { // the point that is asked about
  const pen = canvas.getContext('2d'), size = canvas.width, [x, y] = place();
  pen.strokeStyle = colour('--v-ink');
  pen.lineWidth = size > 300 ? 2.5 : 2;
  pen.beginPath();
  const left = across(x, size), down = size - across(y, size), arm = size > 300 ? 16 : 9;
  if (dimensions() === 1) { pen.moveTo(left, 0); pen.lineTo(left, size); }
  else { pen.moveTo(left - arm, down); pen.lineTo(left + arm, down); pen.moveTo(left, down - arm); pen.lineTo(left, down + arm); pen.moveTo(left + arm * 0.6, down); pen.arc(left, down, arm * 0.6, 0, 7); }
  pen.stroke();
}
function paint(canvas, model) {
  canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
  const {map = [], points = []} = known[model] || {}, real = known.data ? known.data.points : [];
  const sampled = map.length === 0 || now.shows === 'samples';
  if (model === 'data') dots(canvas, points, '--v-real', true);
  else if (known[model]) {
    if (!sampled) (dimensions() === 1 ? curve : heat)(canvas, map);
    else dots(canvas, points, '--v-fake', true);
    if (canvas === large && (!sampled || dimensions() === 1)) dots(canvas, real, '--v-real');
  } else if (canvas === large) dots(canvas, real, '--v-real'); // it has not begun
  if (known.kernel) cross(canvas);
}
function redraw(models = Object.keys(tiles)) {
  if (!now) return;
  for (const model of models) paint(tiles[model].querySelector('canvas'), model);
  if (drawing) { large.getContext('2d').clearRect(0, 0, large.width, large.height); dots(large, drawing.flat(), '--v-real'); }
  else if (models.includes(now.model) || models.includes('data')) paint(large, now.model);
}

// ---- what they answer ----
const place = () => now.at.split(',').map(Number);
function log_p(model) { // what the server says, else what the map says there; null where there is none
  if (exact[model]) return exact[model][0];
  const map = known[model] ? known[model].map : [];
  if (!map.length) return null;
  const n = side(map), cell = (x) => Math.max(0, Math.min(n - 1, Math.floor(across(x, n)))), [x, y] = place();
  return LOW + map[dimensions() === 1 ? cell(x) : cell(y) * n + cell(x)] / steps() * (HIGH - LOW);
}
function times(log) { // against uniform
  const ratio = Math.exp(log - uniform());
  if (ratio < 1 / 2000) return say(texts.never);
  if (ratio < 0.1) return say(texts.part, {n: number(1 / ratio, 0)});
  return say(texts.times, {n: number(ratio, ratio < 10 ? 1 : 0)});
}
function answer() {
  if (!known.kernel) return;
  const logs = Object.fromEntries(Object.keys(tiles).map((model) => [model, log_p(model)]));
  const most = Math.max(top(), ...Object.values(logs).map((log) => (log === null ? 0 : Math.exp(log))));
  for (const [model, tile] of Object.entries(tiles)) {
    const log = logs[model], one = known[model];
    tile.setAttribute('aria-pressed', model === now.model);
    tile.querySelector('output').textContent = model === 'gan' ? say(texts.silent_gan) : log === null ? '' : model === 'vae' ? say(texts.at_least, {r: Math.exp(log - uniform()) < 1 / 2000 ? say(texts.times, {n: 0}) : times(log)}) : times(log);
    tile.querySelector('s').style.width = log === null ? 0 : `${100 * Math.exp(log) / most}%`;
    tile.querySelector('small').textContent = one && one.total !== null ? `Σ ${number(one.total, 2)}` : '';
  }
  verdict(logs[now.model]);
}
function verdict(log) {
  const one = known[now.model], error = exact[now.model] && exact[now.model][1];
  const p = Math.exp(log), key = now.model === 'vae' ? 'bound' : 'p', far = p < 0.001 ? '_small' : '';
  const around = error === undefined || error === null ? '…' : number(error * p, 3);
  const told = now.model === 'gan' ? say(texts.no_density) : log === null ? '' : say(texts[key + far], {p: number(far ? 0.001 : p, 3), r: times(log), e: around});
  find('.verdict').textContent = told && `${say(texts[now.model])}: ${told}`;
  find('.held').textContent = one && one.held !== null ? say(texts.held, {r: times(one.held), s: number(one.total, 2)}) : '';
}
const facts = () => ({set: now.set, own: now.own, seed: now.seed});
const ask = veredas.latest(async (at) => server.answers({...facts(), at, language}).catch(() => ({error: say(texts.silent)})), (found, at) => {
  if (found.error) { wait.textContent = found.error; return; }
  if (String(at) !== String(place()) || drawing || !complete) return; // while they learn, the maps answer
  exact = found.answers;
  answer();
});
function point(x, y) {
  const inside = (value) => Math.max(-WINDOW, Math.min(WINDOW, value)).toFixed(2);
  now.at = `${inside(x)},${inside(y)}`;
  exact = {};
  redraw();
  answer();
  if (complete) ask(place());
}

// ---- records ----
function tick() { // what was computed before is a film all the same: each model a step further in a frame
  const changed = new Set();
  while (waiting.length && (still || !changed.has(waiting[0][0]))) { take_in(waiting[0]); changed.add(waiting.shift()[0]); }
  redraw(changed.has('mixture') ? undefined : [...changed]);
  answer();
  showing = waiting.length > 0;
  if (showing) requestAnimationFrame(tick);
  else rest();
}
function rest() {
  lab.dataset.step = known.gan ? known.gan.step : 0;
  lab.dataset.done = complete ? 'yes' : 'no';
  if (complete && !drawing) ask(place());
}
async function compute() {
  const mine = JSON.stringify(facts());
  const done = await follow({what: 'learn', ...facts()}, have, (records) => {
    have += records.length;
    waiting.push(...records);
    if (!showing) { showing = true; requestAnimationFrame(tick); }
  }, (text) => { wait.textContent = text; });
  if (!done || mine !== JSON.stringify(facts())) return;
  complete = true;
  if (!showing) rest();
}
function begin(next) {
  [now, have, complete, waiting, known, exact, drawing, traced] = [next, 0, false, [], {}, {}, null, []];
  lab.dataset.done = 'no';
  hands();
  redraw();
  compute();
}
const tell = () => { props.value = {...now}; };
function go(change) { begin({...now, ...change}); tell(); }

// ---- by hand ----
function hands() {
  select.value = now.set;
  find('.draw').setAttribute('aria-pressed', Boolean(drawing));
  find('.learn').hidden = !drawing;
  for (const one of lab.querySelectorAll('[data-shows]')) one.setAttribute('aria-pressed', one.dataset.shows === now.shows);
  for (const [model, tile] of Object.entries(tiles)) tile.setAttribute('aria-pressed', model === now.model);
}
function pen(on) {
  drawing = on ? [] : null;
  wait.textContent = on ? say(texts.drawing, {n: 0}) : '';
  hands();
  redraw();
  answer();
}
const two = (value) => Math.round((value / WINDOW + 1) / 2 * ALL).toString(36).padStart(2, '0');
function learn() {
  const own = `p${drawing.map(([x, y]) => two(x) + two(y)).join('')}`;
  wait.textContent = '';
  go({set: 'own', own});
}
function at(event) {
  const box = large.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width * 2 - 1, 1 - (event.clientY - box.top) / box.height * 2].map((part) => Math.max(-1, Math.min(1, part)) * WINDOW);
}
function touch(event) {
  if (!now) return;
  const [x, y] = at(event);
  if (!drawing) { point(x, y); return; }
  const last = drawing[drawing.length - 1];
  if (drawing.length >= MOST || (last && Math.hypot(x - last[0], y - last[1]) < 0.08)) return;
  drawing.push([x, y]);
  wait.textContent = say(texts.drawing, {n: drawing.length});
  redraw([]);
}
large.addEventListener('pointerdown', (event) => { large.setPointerCapture(event.pointerId); touch(event); });
large.addEventListener('pointermove', (event) => { if (event.buttons) touch(event); });
large.addEventListener('pointerup', () => { if (now && !drawing) tell(); });
large.addEventListener('keydown', (event) => {
  const [right, up] = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key] || [];
  if (right === undefined || !now || drawing) return;
  event.preventDefault();
  const [x, y] = place();
  point(x + 0.1 * right, y + 0.1 * up);
  tell();
});
for (const [model, tile] of Object.entries(tiles)) {
  tile.addEventListener('click', () => { now.model = model; hands(); redraw(); answer(); tell(); });
}
select.addEventListener('change', () => {
  if (select.value === 'own' && !now.own) { pen(true); select.value = 'own'; } else go({set: select.value});
});
for (const one of lab.querySelectorAll('[data-shows]')) one.addEventListener('click', () => {
  if (!now) return;
  now.shows = one.dataset.shows;
  hands();
  redraw();
  tell();
});
find('.again').addEventListener('click', () => go({seed: draw()}));
find('.draw').addEventListener('click', () => pen(!drawing));
find('.learn').addEventListener('click', learn);

// ---- a table; what one keeps ----
find('.use').addEventListener('click', async () => {
  const table = find('.table textarea').value.slice(0, 1000001);
  const found = await server.pasted({table, language}).catch(() => ({error: say(texts.silent)}));
  said.textContent = found.error || say(texts.few, {n: (found.own.length - 1) / (found.own[0] === 'p' ? 4 : 2)});
  if (!found.error) go({set: 'own', own: found.own});
});
const named = (what) => `veredas-${now.set}-${what}`;
find('.picture').addEventListener('click', () => veredas.picture(large, named(now.model)));
find('.numbers').addEventListener('click', () => {
  const rows = Object.keys(tiles).filter((model) => known[model] && known[model].map.length).map((model) => [model, known[model].held, known[model].total, log_p(model)]);
  veredas.table(['model', 'held_out_nats', 'map_sum', 'log_p_at_point'], rows, named('numbers'));
});
find('.points').addEventListener('click', () => { // those that are drawn: some of them, as exact as a byte
  const d = dimensions(), of = (model) => (known[model] ? known[model].points : []);
  const rows = ['data', now.model].flatMap((model) => Array.from({length: Math.floor(of(model).length / d)}, (_, i) => [model, ...of(model).slice(i * d, i * d + d)]));
  veredas.table(['model', 'x1', 'x2'].slice(0, d + 1), rows, named('points'));
});
find('.curve').addEventListener('click', () => veredas.table(['model', 'step', 'held_out_nats'], traced, named('curve')));

function take(value) {
  const same = now && ['set', 'own', 'seed'].every((name) => value[name] === now[name]);
  if (!same) { begin({...value}); return; }
  Object.assign(now, {model: value.model, at: value.at, shows: value.shows});
  if (!complete) compute();
}
receive(take);
