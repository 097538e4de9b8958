// Without labels: what a hand does, k-means half-step by half-step, a line that turns. Drawn by groups_draw.js; see groups.py.
const PACE = 650, HALF = Math.PI / 180; // ms between two half-steps of a play; a degree
const LEVELS = first.levels, MOST = first.most; // a visitor's own points; see generative/points/own.py
let told = {...first.told}, points = null, spread = null, playing = 0, hand = false;
// chosen: the centres when the points last chose; shown: on their way; told: inertia after each half-step; turn: what is due
let state = {};

// ---- points as text, short enough for a link ----
const digits = (value) => Math.round((value / WINDOW + 1) / 2 * LEVELS).toString(36).padStart(2, '0');
const written = (list) => `p${list.map(([x, y]) => digits(x) + digits(y)).join('')}`;
function opened(text) {
  const numbers = (text.slice(1).match(/../g) || []).map((two) => (parseInt(two, 36) / LEVELS * 2 - 1) * WINDOW);
  if (text[0] === 'l') return numbers.map((x) => [x, 0]);
  return Array.from({length: numbers.length / 2}, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
}

// ---- a recipe: what it begins with ----
const count = () => Math.min(told.k, points.length);
function started() {
  const put = told.start === 'by_hand' ? opened(told.centres) : [];
  if (put.length === count()) return put;
  if (told.start === 'by_hand') told.start = 'random'; // another k, or nothing was put
  return kmeans.starts[told.start](points, [...players.seeded(told.seed).uniforms(count())]);
}
function begin(now) {
  stop();
  told = {...told, ...now};
  if (told.set === 'own' && !told.own) told.set = first.told.set; // they have yet to come
  points = told.set === 'own' ? opened(told.own) : first.points[told.set];
  spread = axis.covariance(points);
  spread.best = axis.best(spread.C);
  const centres = started(), best = kmeans.best(points, count(), players.seeded(told.seed + 1), STARTS);
  state = {centres, shown: centres, chosen: centres, labels: null, trails: [], told: [], turn: 'assign', best, held: -1, drawing: null};
  Object.assign(state, {angle: told.angle * HALF, answered: false});
  show();
}

// ---- k-means, a half-step at a time ----
function assign() {
  const before = state.labels, labels = kmeans.nearest(points, state.centres);
  if (state.turn === 'move' && before) return; // nothing has moved since
  state.turn = before && kmeans.same(before, labels) ? 'rest' : 'move';
  Object.assign(state, {labels, chosen: state.centres, trails: []});
  state.told.push(kmeans.inertia(points, labels, state.centres));
  read_colours();
  regions();
  show();
}
function move() {
  if (!state.labels || state.turn !== 'move') return;
  const before = state.centres;
  state.centres = kmeans.moved(points, state.labels, before);
  Object.assign(state, {turn: 'assign', trails: before.map((centre, i) => [centre, state.centres[i]])});
  state.told.push(kmeans.inertia(points, state.labels, state.centres));
  slide(before);
  show();
}
function put(i, at) { // a centre, by hand: what came before no longer counts
  const centres = state.centres.map((centre, j) => (j === i ? at : centre));
  told.start = 'by_hand';
  Object.assign(state, {centres, shown: centres, labels: null, trails: [], told: [], turn: 'assign', held: i});
  show();
}

// ---- the line ----
function turned(angle) {
  state.angle = axis.folded(angle);
  show();
}
function step() { // power iteration; true once the line rests
  const before = state.angle, after = axis.step(spread.C, before);
  const moved = Math.abs(axis.folded(after - before));
  if (moved < HALF / 50) state.answered = true;
  turned(after);
  return moved < HALF / 50;
}

// ---- playing ----
function play() {
  hand = true;
  let last = -Infinity;
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    if (now - last >= PACE) {
      last = now;
      if (told.method === 'kmeans' && state.turn !== 'rest') (state.turn === 'assign' ? assign : move)();
      if (told.method === 'pca' ? step() : state.turn === 'rest') { stop(); return; }
    }
    playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  label();
}
function stop() {
  const before = playing;
  cancelAnimationFrame(playing);
  playing = 0;
  if (before) { label(); keep(); }
}
function label() {
  for (const one of box.querySelectorAll('.play')) one.textContent = say(playing ? texts.pause : texts.play);
}

// ---- how it stands ----
const percent = (share) => `${veredas.number(100 * share, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
const decimals = (value) => veredas.number(value, value < 10 ? 2 : value < 100 ? 1 : 0);
function saidGroups() {
  const {told: values, turn, best} = state, now = values[values.length - 1];
  if (!values.length) return say(texts.ready, {k: state.centres.length});
  const i = decimals(now), facts = {i, n: STARTS, r: veredas.number(Math.sqrt(now / points.length), 2), times: `${veredas.number(now / best, 1)}\u202f×`};
  if (turn !== 'rest') return say(texts.assigned, facts);
  return say(now < 1.05 * best ? texts.rest_best : texts.rest, facts);
}
function saidLine() {
  const share = axis.share(spread.C, state.angle);
  return say(texts.along, {p: percent(share), q: percent(1 - share)});
}
function answered() {
  if (told.method !== 'pca') return '';
  if (!state.answered) return say(texts.turn);
  const {angle} = spread.best;
  return say(texts.eigen, {p: percent(axis.share(spread.C, angle)), angle: `${veredas.number(angle / HALF, 0).replace('-', '−')}°`});
}
function show() {
  const pca = told.method === 'pca';
  for (const one of box.querySelectorAll('[data-method]')) one.setAttribute('aria-pressed', one.dataset.method === told.method);
  for (const one of box.querySelectorAll('[data-for]')) one.hidden = one.dataset.for !== told.method;
  for (const field of box.querySelectorAll('[data-field]')) {
    field.value = told[field.dataset.field];
    field.hidden = pca && field.dataset.field !== 'set';
  }
  find('.seed').hidden = pca;
  find('.answer').setAttribute('aria-pressed', state.answered);
  find('.draw').setAttribute('aria-pressed', Boolean(state.drawing));
  find('.draw').textContent = say(state.drawing ? texts.drawn : texts.draw);
  for (const name of ['assign', 'move']) find(`.${name}`).classList.toggle('due', state.turn === name);
  const said = state.drawing ? say(texts.drawing, {n: state.drawing.length}) : pca ? saidLine() : saidGroups();
  find('.status').textContent = said;
  find('.answered').textContent = state.drawing ? '' : answered();
  board.setAttribute('aria-label', say(pca ? texts.board_pca : texts.board, {said}));
  Object.assign(box.dataset, {turn: state.turn, steps: state.told.length, angle: (state.angle / HALF).toFixed(1)});
  label();
  draw();
}
let kept = JSON.stringify(told);
function keep() {
  hand = true;
  if (told.start === 'by_hand' && !state.told.length) told.centres = written(state.centres);
  told.angle = Math.round(state.angle / HALF * 10) / 10;
  kept = JSON.stringify(told);
  props.value = {...told, hand};
}

// ---- hands ----
const change = (now) => { begin(now); keep(); };
find('.assign').onclick = () => { stop(); hand = true; assign(); };
find('.move').onclick = () => { stop(); hand = true; move(); };
find('.step').onclick = () => { stop(); step(); keep(); };
find('.answer').onclick = () => { state.answered = !state.answered; show(); };
for (const one of box.querySelectorAll('.play')) one.onclick = () => (playing ? stop() : play());
for (const one of box.querySelectorAll('.again')) one.onclick = () => change(told.method === 'pca' ? {angle: first.told.angle} : {});
for (const one of box.querySelectorAll('[data-method]')) {
  one.onclick = () => { stop(); told.method = one.dataset.method; state.drawing = null; show(); keep(); };
}
find('.seed').onclick = () => change({seed: 1 + Math.floor(Math.random() * 999), start: told.start === 'by_hand' ? 'random' : told.start});
for (const field of box.querySelectorAll('[data-field]')) {
  const name = field.dataset.field;
  field.setAttribute('aria-label', say(texts[name]));
  for (const option of field.options) option.textContent = say(texts[option.value] || texts.k_is, {n: option.value});
  field.onchange = () => {
    if (field.value === 'own' && !told.own) pencil(true);
    else if (field.value === 'by_hand') { put(0, state.centres[0]); keep(); }
    else change({[name]: name === 'k' ? Number(field.value) : field.value});
  };
}

// ---- on the board: a centre, the line, or points of one's own ----
const near = (at) => state.centres.reduce((best, [x, y], i) => {
  const far = Math.hypot(x - at[0], y - at[1]);
  return far < best[1] ? [i, far] : best;
}, [-1, Infinity])[0];
const toAngle = ([x, y]) => Math.atan2(y - spread.mean[1], x - spread.mean[0]);
function touch(event, begins) {
  const at = place(event);
  if (state.drawing) {
    const last = state.drawing[state.drawing.length - 1];
    if (state.drawing.length < MOST && !(last && Math.hypot(at[0] - last[0], at[1] - last[1]) < 0.08)) state.drawing.push(at);
    show();
  } else if (told.method === 'pca') turned(toAngle(at));
  else put(begins ? near(at) : state.held, at);
}
board.addEventListener('pointerdown', (event) => { stop(); hand = true; board.setPointerCapture(event.pointerId); touch(event, true); });
board.addEventListener('pointermove', (event) => { if (event.buttons) touch(event, false); });
board.addEventListener('pointerup', () => { if (!state.drawing) keep(); });
board.addEventListener('keydown', (event) => {
  const way = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key], number = Number(event.key) - 1;
  if (state.drawing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (told.method === 'kmeans' && state.centres[number]) { state.held = number; draw(); }
  if (!way) return;
  event.preventDefault();
  stop();
  const i = Math.max(0, state.held);
  if (told.method === 'pca') turned(state.angle - 2 * HALF * (way[0] - way[1]));
  else put(i, state.centres[i].map((value, d) => Math.max(-WINDOW, Math.min(WINDOW, value + 0.1 * way[d]))));
  keep();
});
function pencil(on) {
  stop();
  state.drawing = on ? [] : null;
  show();
}
find('.draw').onclick = () => {
  const drawn = state.drawing, different = new Set((drawn || []).map(String)).size;
  if (!drawn) pencil(true);
  else if (!drawn.length) pencil(false);
  else if (different >= 3) change({set: 'own', own: written(drawn)});
};

// ---- a table; what one keeps ----
const output = find('.table output'), table = find('.table textarea');
table.setAttribute('aria-label', say(texts.table));
table.placeholder = say(texts.table);
find('.use').onclick = async () => {
  const found = await server.pasted({table: table.value.slice(0, 1000001), language: veredas.language}).catch(() => ({error: say(texts.silent)}));
  output.textContent = found.error || say(texts.few, {n: opened(found.own).length});
  if (!found.error) change({set: 'own', own: found.own});
};
find('.picture').onclick = () => veredas.save(board.toDataURL('image/png'), `veredas-${told.method}-${told.set}.png`);
find('.numbers').onclick = () => {
  const c = Math.cos(state.angle), s = Math.sin(state.angle);
  const rows = points.map(([x, y], i) => [x, y, state.labels ? state.labels[i] + 1 : '', (x - spread.mean[0]) * c + (y - spread.mean[1]) * s]);
  const text = ['x,y,group,along_the_line', ...rows.map((row) => row.join(','))].join('\n');
  veredas.save(`data:text/csv;charset=utf-8,${encodeURIComponent(text)}`, `veredas-${told.set}-${told.method}.csv`);
};

watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || JSON.stringify({...told, ...value}) === kept) return;
  begin(value);
});
find('.methods').setAttribute('aria-label', say(texts.method));
new ResizeObserver(lay).observe(board);
begin(props.value || {});
lay();
