// Learned in the browser, gone on with pixel by pixel: what a hand does. Drawn by pixels_draw.js; see pixels.py.
const DRAWN = 80, BUSY = 14, MOST = 60; // ms between two drawings while it learns; of steps in a frame, and at most where frames are slow
const PACE = {slow: 800, usual: 45, once: 0}, THOUGHT = 0.65; // ms a pixel; share of it in which its p is seen
const SHOWN = 16, LOT = 200; // completions; drawings by lot that p is asked about
let told = {...first.told}, hand = false, digits = null; // told: what the address carries
let data = null, net = null, random = null, step = 0, learning = 0, bits = {}, curve = [], asked = false;
let x = new Uint8Array(D), upto = 0, seen = null; // the drawing; how many of its pixels there are; {x, p, cost}
let sheet = [], chosen = -1, count = 0, playing = 0, next = null, shades = false, at = null;
let collecting = false, ours = [];

// ---- drawings as text, as generative/points/drawings.py ----
const read = (text) => Uint8Array.from([...text].flatMap((letter) => [3, 2, 1, 0].map((place) => parseInt(letter, 16) >> place & 1)));
const write = (pixels) => Array.from({length: pixels.length / 4}, (_, i) => parseInt(pixels.slice(4 * i, 4 * i + 4).join(''), 2).toString(16)).join('');
const split = (text) => Array.from({length: text.length / first.letters}, (_, i) => text.slice(i * first.letters, (i + 1) * first.letters));
const different = () => new Set(ours).size;

// ---- learning: a run for these drawings and this seed ----
const flat = (list) => Uint8Array.from(list.flatMap((one) => [...one]));
const steps = () => (data.train.length / D < made.FEW ? made.FEW_STEPS : made.STEPS);
function shuffled(list) { // Fisher and Yates
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random.uniform());
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
function begin() {
  const text = told.set === 'own' ? told.own : digits;
  if (!text) return;
  random = players.seeded(told.seed);
  const all = shuffled(split(text).map(read)), n = Math.max(1, Math.floor(all.length / 5));
  data = {held: flat(all.slice(0, n)), train: flat(all.slice(n))};
  data.lot = Uint8Array.from(players.seeded(told.seed + 7).uniforms(LOT * D), (u) => (u < 0.5 ? 1 : 0));
  bits = {uniform: D, alone: made.bitsAlone(made.alone(data.train, D), data.held)};
  net = made.begin(D, made.HIDDEN, random);
  [step, curve] = [0, []];
  box.dataset.done = 'no';
  go();
}
function go() { // on with learning, while it is seen
  cancelAnimationFrame(learning);
  let drawn = -DRAWN, last = performance.now();
  const frame = (now) => {
    if (!box.checkVisibility()) { learning = 0; return; }
    const until = performance.now() + Math.max(BUSY, Math.min(MOST, (now - last) / 2));
    last = now;
    while (step < steps() && performance.now() < until) {
      const loss = made.learn(net, made.batch(data.train, D, random), step++, steps(), data.train.length / D);
      if (step % 20 === 0) curve.push([step, made.bits(net, data.held), loss / Math.LN2]);
    }
    const over = step >= steps();
    if (over || now - drawn >= DRAWN) { drawn = now; progress(); }
    learning = over ? 0 : requestAnimationFrame(frame);
    if (over) box.dataset.done = 'yes';
  };
  learning = requestAnimationFrame(frame);
}
function progress() { // what the net says by now
  Object.assign(bits, {held: made.bits(net, data.held), random: made.bits(net, data.lot)});
  find('.bits output').textContent = step < steps() ? say(texts.step, {i: veredas.number(step, 0), of: veredas.number(steps(), 0)}) : '';
  think();
}

// ---- what is made of the drawing ----
const given = () => told.rows * SIDE;
const lot = (i) => players.seeded(told.seed + 1000 * (i + 1)).uniforms(D);
function think() { // p of the pixels there are; sixteen completions of those given
  if (!net) { draw(); return; }
  const start = x.subarray(0, given());
  seen = made.complete(net, x.subarray(0, upto), new Float64Array(D));
  sheet = Array.from({length: SHOWN}, (_, i) => made.complete(net, start, lot(i)).x);
  draw();
}
const total = () => seen.cost.subarray(0, upto).reduce((sum, one) => sum + one, 0);
function draw() {
  look();
  if (!wide) return;
  const one = {x, p: seen ? seen.p : null, upto, given: collecting ? D : given(), shades: shades && seen && !collecting, next, at};
  drawBoard(one);
  find('.bits').hidden = collecting;
  board.setAttribute('aria-label', say(texts.board, {status: find('.verdict').textContent}));
  if (!net || collecting) return;
  box.querySelectorAll('.sheet canvas').forEach((canvas, i) => {
    drawSmall(canvas, sheet[i], given());
    canvas.parentElement.setAttribute('aria-pressed', i === chosen);
  });
  verdict();
}
function verdict() {
  const cost = total();
  find('.verdict b').textContent = upto ? say(upto < D ? texts.part : texts.whole, {k: upto, n: many(cost)}) : '';
  find('.verdict small').textContent = upto ? say(texts.exactly, {log: veredas.number(-cost, 1).replace('-', '−'), each: veredas.number(cost / upto, 2)}) : '';
  drawBars({this: upto === D ? cost : NaN, ...bits});
}
function back() { // to what is given
  stop();
  [upto, chosen, next] = [given(), -1, null];
  think();
}

// ---- going on, pixel by pixel ----
function play() {
  if (!net) return;
  back();
  const {x: whole, p} = made.complete(net, x.subarray(0, given()), lot(SHOWN + count++)), {pace} = told;
  const put = () => { x[upto] = whole[upto]; upto += 1; };
  if (!PACE[pace] || (still && pace !== 'slow')) { while (upto < D) put(); think(); return; }
  let begun = null;
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    begun ??= now;
    const due = given() + (now - begun) / PACE[pace];
    while (upto < D && upto + THOUGHT <= due) put();
    next = upto < D && upto <= due ? upto : null;
    if (next !== null) seen.p[next] = p[next];
    if (upto === D) { stop(); think(); return; }
    if (learning) draw(); else think_one();
    playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  label();
}
function think_one() { // as think, but for the sheet, which stays
  const about = next === null ? null : seen.p[next];
  seen = made.complete(net, x.subarray(0, upto), new Float64Array(D));
  if (about !== null) seen.p[next] = about;
  draw();
}
function stop() {
  cancelAnimationFrame(playing);
  [playing, next] = [0, null];
  label();
}
function label() { find('.play').textContent = say(playing ? texts.pause : texts.play); }

// ---- a hand on the grid ----
let colour = 1;
function put(i, value) {
  stop();
  hand = true;
  const rows = collecting ? SIDE : Math.max(told.rows, Math.floor(i / SIDE) + 1);
  for (let j = upto; j < rows * SIDE; j++) x[j] = 0;
  x[i] = value;
  if (collecting) { draw(); return; }
  told.rows = rows;
  show();
  back();
}
function cell(event) {
  const {left, top, width} = board.getBoundingClientRect(), to = (v) => Math.max(0, Math.min(SIDE - 1, Math.floor(v / width * SIDE)));
  return to(event.clientY - top) * SIDE + to(event.clientX - left);
}
board.onpointerdown = (event) => {
  const i = cell(event);
  try { board.setPointerCapture(event.pointerId); } catch (error) { /* a pointer that is gone */ }
  colour = i < upto && x[i] ? 0 : 1;
  at = null;
  put(i, colour);
};
board.onpointermove = (event) => {
  const i = cell(event);
  if (event.buttons && (i >= upto || x[i] !== colour)) put(i, colour);
};
board.onpointerup = () => keep();
board.onkeydown = (event) => {
  const move = {ArrowRight: 1, ArrowLeft: -1, ArrowUp: -SIDE, ArrowDown: SIDE}[event.key];
  if (move === undefined && event.key !== ' ') return;
  event.preventDefault();
  at ??= 0;
  if (move === undefined) { put(at, at < upto && x[at] ? 0 : 1); keep(); } else { if (at + move >= 0 && at + move < D) at += move; draw(); }
};
board.onblur = () => { at = null; draw(); };

// ---- the hands ----
find('.play').onclick = () => { hand = true; if (playing) { stop(); think(); } else play(); };
find('.pace').onchange = ({target}) => { told.pace = target.value; keep(); };
find('.example').onclick = () => {
  if (!data) return;
  const i = Math.floor(Math.random() * data.held.length / D);
  x = data.held.slice(i * D, (i + 1) * D);
  told.rows = told.rows % SIDE ? told.rows : SIDE / 2;
  show();
  back();
  keep();
};
find('.clear').onclick = () => { x = new Uint8Array(D); if (collecting) draw(); else { told.rows = 0; show(); back(); keep(); } };
find('.shades').onclick = () => { shades = !shades; show(); draw(); };
find('.again').onclick = () => { told.seed = 1 + Math.floor(Math.random() * 999); keep(); if (told.set === 'digits' && !digits) fetchDigits(); else begin(); };
find('.rows input').oninput = ({target}) => {
  const rows = Number(target.value);
  for (let j = upto; j < rows * SIDE; j++) x[j] = 0;
  told.rows = rows;
  show();
  back();
};
find('.rows input').onchange = () => keep();
find('.which').onchange = ({target}) => {
  if (target.value === 'own' && different() < first.fewest) { collect(true); return; }
  told.set = target.value;
  keep();
  fresh();
};
box.querySelectorAll('.sheet button').forEach((button, i) => {
  button.setAttribute('aria-label', say(texts.completion, {n: i + 1}));
  button.onclick = () => {
    if (!net) return;
    stop();
    x = sheet[i].slice();
    [upto, chosen] = [D, i];
    think();
  };
});

// ---- what one keeps ----
find('.picture').onclick = () => veredas.picture(board, 'veredas-pixels');
find('.numbers').onclick = () => {
  const rows = Array.from({length: upto}, (_, i) => [Math.floor(i / SIDE) + 1, i % SIDE + 1, x[i], seen ? seen.p[i] : NaN, seen ? seen.cost[i] : NaN]);
  veredas.table(['row', 'column', 'pixel', 'p_of_1', 'bits'], rows, 'veredas-pixels');
};
find('.curve').onclick = () => veredas.table(['step', 'held_out_bits', 'batch_loss_bits'], curve, 'veredas-pixels-curve');

// ---- a class's own drawings ----
function collect(on) {
  stop();
  collecting = on;
  x = on ? new Uint8Array(D) : read(told.drawing);
  upto = on ? D : given();
  show();
  if (on) draw(); else back();
}
function place(tag) { // of a drawing in the gallery
  const box = document.createElement(tag), canvas = document.createElement('canvas');
  Object.assign(canvas, {width: 64, height: 64});
  box.append(canvas);
  return box;
}
function gallery() {
  const filled = ours.map((text, i) => {
    const button = place('button');
    button.type = 'button';
    button.setAttribute('aria-label', say(texts.change, {n: i + 1}));
    button.onclick = () => { x = read(text); ours.splice(i, 1); store(); draw(); };
    drawSmall(button.firstChild, read(text), D);
    return button;
  });
  find('.gallery').replaceChildren(...filled, ...Array.from({length: first.most - ours.length}, () => place('span')));
}
function store() { // the address has them as they are drawn, so that a link passes them on
  told.own = ours.join('');
  keep();
  show();
}
find('.draw').onclick = () => collect(!collecting);
find('.add').onclick = () => {
  if (!x.some(Boolean) || ours.length >= first.most) return;
  ours.push(write(x));
  x = new Uint8Array(D);
  store();
  draw();
};
find('.learn').onclick = () => { told.set = 'own'; collect(false); keep(); fresh(); };

// ---- how it stands ----
function show() {
  for (const one of box.querySelectorAll('.making')) one.hidden = collecting;
  for (const one of box.querySelectorAll('.collecting')) one.hidden = !collecting;
  find('.sheet').hidden = collecting;
  find('.gallery').hidden = !collecting;
  find('.draw').setAttribute('aria-pressed', collecting);
  find('.shades').setAttribute('aria-pressed', shades);
  find('.learn').disabled = different() < first.fewest;
  if (collecting) {
    find('.verdict b').textContent = say(different() < first.fewest ? texts.collect : texts.enough, {n: ours.length, least: first.fewest});
    find('.verdict small').textContent = '';
  }
  find('.rows span').textContent = say(texts.rows, {n: told.rows});
  find('.rows input').value = told.rows;
  for (const option of find('.which').options) option.textContent = say(texts[option.value], {n: ours.length});
  find('.which').value = told.set;
  find('.pace').value = told.pace;
  if (collecting) gallery();
  label();
}
function keep() {
  hand = true;
  if (!collecting) told.drawing = write(Uint8Array.from(x, (value, i) => (i < given() ? value : 0)));
  props.value = {...told, hand};
}
async function fetchDigits() {
  const late = setTimeout(() => { find('.wait').textContent = say(texts.loading); }, 400);
  const found = await server.digits({language: veredas.language}).catch(() => ({error: say(texts.silent)}));
  clearTimeout(late);
  find('.wait').textContent = found.error || '';
  asked = !found.error;
  digits = found.digits || null;
  if (told.set === 'digits') begin();
}
function fresh() { // learns what is told, now that it is seen
  cancelAnimationFrame(learning);
  [net, data, learning] = [null, null, 0];
  back();
  if (told.set === 'own') begin();
  else if (digits) begin();
  else if (!asked) { asked = true; fetchDigits(); }
}
function take(value) {
  told = {...told, ...value};
  delete told.hand;
  ours = split(told.own);
  x = read(told.drawing);
  show();
  if (box.checkVisibility()) fresh(); else back();
}

const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
for (const name of ['pace', 'which']) find(`.${name}`).setAttribute('aria-label', say(texts[name]));
for (const option of find('.pace').options) option.textContent = say(texts[option.value]);
let kept = '';
watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value && JSON.stringify({...props.value, hand: undefined});
  if (hand || !value || value === kept) return;
  kept = value;
  take(props.value);
});
new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting) return;
  if (!net) fresh(); else if (step < steps() && !learning) go();
}).observe(box);
new ResizeObserver(lay).observe(board);
take(props.value || {});
lay();
box.dataset.ready = 'yes';
