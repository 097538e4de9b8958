// Diffusion in the plane learned and walked: what a hand does. Drawn by diffusion_draw.js; see diffusion.py.
const COUNTED = 300, FEWEST = 5, HELD = 0.2; // samples judged, and points they are judged by: at most, at least, of a visitor's own
const LEARNED = 600; // of the points that are given
const AT_A_TIME = 3000, SPENT = 40, LEAST = 10, EACH = 25; // steps of a press; ms of each frame for them, and steps at least; steps a loss is averaged over
const FLOWING = 4000, PAUSE = 150; // ms of a film from noise to points; of rest before samples are judged anew
const {NONE} = velocity;
let told = {...first.told}, learner = null, shown = null, hand = false, drawing = null;
let learning = 0, flowing = 0, until = 0, later = 0; // frames asked for; the step at which it rests
let traced = [], averaged = [], judged = null, way = null; // of the samples: how good; their way, null where it must be walked anew
let took = 0, walkedAt = 0; // ms of a walk; when it was
const shows = {cloud: true, arrows: true, samples: true};

// ---- the points: a mixture to draw from, or points of which some are held out ----
function ownPoints(text) {
  const {window: edge, levels} = first.own;
  return (text.slice(1).match(/../g) || []).map((two) => (2 * parseInt(two, 36) / levels - 1) * edge);
}
function source() {
  if (first.parts[told.set]) return {parts: first.parts[told.set]};
  if (told.set !== 'own') return {x: Float64Array.from(first.points[told.set].flat()), labels: first.labels[told.set], learned: LEARNED};
  const x = Float64Array.from(ownPoints(told.own)), n = x.length / 2, held = Math.floor(HELD * n);
  return {x, labels: new Array(n).fill(NONE), learned: held < FEWEST ? n : n - held};
}
const classes = () => { const {parts, labels} = learner.source; return (parts ? parts.map((part) => part[4]) : labels).includes(1); };
const one = {first: 0, second: 1};
const asked = (n) => Array.from({length: n}, (_, i) => (!classes() ? NONE : told.asked === 'half' ? i % 2 : one[told.asked]));

// ---- fields ----
const field = (labels) => velocity.guided(learner.average, labels, told.w);
function arrowField() { // where both classes are asked for, that of no class
  const label = classes() && told.asked !== 'half' ? one[told.asked] : NONE;
  return (x, t) => field(new Array(x.length / 2).fill(label))(x, t);
}
function exactField() { // null where it is not known
  const {parts} = learner.source;
  if (!parts) return null;
  const free = velocity.exact(parts, NONE);
  if (!classes() || told.asked === 'half') return free;
  const own = velocity.exact(parts, one[told.asked]);
  return (x, t) => { const plain = free(x, t); return own(x, t).map((v, i) => plain[i] + told.w * (v - plain[i])); };
}
const seen = () => Math.max(0.01, told.t); // the velocity at t = 0 is never asked for, nor learned
function walked() {
  if (way) return way;
  const before = performance.now();
  way = velocity.walk(field(asked(WATCHED)), shown.noise.subarray(0, 2 * WATCHED), told.steps, told.solver);
  took = performance.now() - before;
  walkedAt = performance.now();
  return way;
}

// ---- how good: arrows against the exact ones, samples against points that were held out ----
function judge() {
  const exact = exactField(), label = asked(COUNTED);
  judged = {off: null, far: null, obeyed: null};
  if (exact) {
    const x = velocity.mixed(shown.x, shown.e, new Float64Array(CLOUD).fill(seen()));
    judged.off = velocity.off(arrowField()(x, seen()), exact(x, seen()));
  }
  const {real, apart} = reference();
  if (!apart.length) return;
  const samples = velocity.walk(field(label), shown.noise, told.steps, told.solver).pop()[1], mean = apart.reduce((a, b) => a + b) / apart.length;
  judged.far = velocity.energy(samples.subarray(0, real.length), real) / mean;
  judged.most = apart[Math.floor(0.95 * apart.length)] / mean;
  if (classes()) judged.obeyed = velocity.obeyed(samples, label, shown.held);
}
function reference() { // points held out, of the class that is asked for, and how far as many are from as many others
  const label = classes() && told.asked !== 'half' ? one[told.asked] : NONE;
  shown.references[label] ??= (() => {
    const from = label === NONE ? learner.source : velocity.only(learner.source, label), random = players.seeded(told.seed + 2);
    const {x: real, labels} = velocity.held(from, random, COUNTED);
    return {real, apart: labels.length < FEWEST ? [] : velocity.apart(from, random, labels.length)};
  })();
  return shown.references[label];
}
const percent = (share) => `${veredas.number(100 * share, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
function status() {
  const floor = first.floors[told.set], last = traced[traced.length - 1], number = (v, digits = 2) => veredas.number(v, digits);
  const step = number(learner.steps, 0), loss = last ? number(last[1]) : '–', near = (v) => number(v, v < 10 ? 1 : 0);
  find('.loss').textContent = say(floor ? texts.floor : texts.loss, {step, loss, floor: floor ? number(floor) : ''});
  find('.off').textContent = !judged ? '' : judged.off === null ? say(texts.plain) : say(texts.off, {off: percent(judged.off)});
  const share = judged?.obeyed === null || !judged ? '' : `; ${say(texts.obeyed, {share: percent(judged.obeyed)})}`;
  find('.far').textContent = !judged ? '' : judged.far === null ? say(texts.few) : say(texts.far, {far: near(judged.far), most: near(judged.most)}) + share;
  Object.assign(box.dataset, {far: judged?.far ?? '', off: judged?.off ?? '', obeyed: judged?.obeyed ?? ''});
  board.setAttribute('aria-label', say(texts.picture, {status: [...box.querySelectorAll('.status p')].map((p) => p.textContent).join('. ')}));
  drawTrace();
}
function rest() { // what takes longer than a frame, once a hand rests
  clearTimeout(later);
  box.dataset.judged = 'no';
  later = setTimeout(() => {
    if (learning) return;
    judge();
    status();
    box.dataset.judged = 'yes';
  }, PAUSE);
}

// ---- learning ----
function learn() {
  let looked = 0;
  until = learner.steps + AT_A_TIME;
  tell();
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    const end = performance.now() + SPENT;
    for (let n = 0; (n < LEAST || performance.now() < end) && learner.steps < until; n++) {
      const loss = velocity.step(learner, velocity.batch(learner));
      if (loss === null) { stop(); tell(say(texts.diverged)); return; }
      trace(loss);
    }
    const before = performance.now(); // many steps of a walk take long: most of the time is for learning
    if (before - walkedAt > 3 * took) way = null;
    if (before - looked > Math.max(1000, 15 * took)) { judge(); looked = performance.now(); }
    draw();
    status();
    if (learner.steps >= until) { stop(); show(); return; }
    learning = requestAnimationFrame(frame);
  };
  learning = requestAnimationFrame(frame);
  label();
}
function trace(loss) {
  averaged.push(loss);
  if (averaged.length < EACH) return;
  traced.push([learner.steps, averaged.reduce((a, b) => a + b) / EACH]);
  averaged = [];
  if (traced.length > 400) traced = traced.filter((_, i) => i % 2 === 1);
}
function stop() {
  cancelAnimationFrame(learning);
  learning = 0;
  label();
  rest();
}
function flow() { // from noise to points, once
  const began = performance.now();
  cancelAnimationFrame(flowing);
  const frame = (now) => {
    told.t = Math.max(0, 1 - (now - began) / FLOWING);
    time();
    if (!learning) draw();
    if (told.t > 0 && box.checkVisibility()) flowing = requestAnimationFrame(frame);
    else { flowing = 0; keep(); }
  };
  flowing = requestAnimationFrame(frame);
}
function tell(error = '') { find('.note').textContent = error; }
function label() {
  find('.play').textContent = say(learning ? texts.stop : texts.learn);
  find('.draw').textContent = drawing ? say(texts.drawn, {n: drawing.length}) : say(texts.draw);
  find('.draw').setAttribute('aria-pressed', Boolean(drawing));
  board.dataset.drawing = drawing ? 'yes' : 'no';
}

// ---- a recipe: what it begins with, what the address says, what it becomes ----
function begin(now) {
  cancelAnimationFrame(learning);
  cancelAnimationFrame(flowing);
  [learning, flowing, drawing, traced, averaged, judged, way] = [0, 0, null, [], [], null, null];
  told = {...told, ...now};
  if (told.set === 'own' && told.own.length < 13) told.set = first.told.set;
  tell();
  learner = velocity.begin(told, source());
  const still = players.seeded(told.seed + 1), {x, labels} = velocity.draw(learner.source, still, CLOUD); // drawn apart: showing changes no step
  const held = velocity.held(learner.source, still, COUNTED);
  shown = {x, labels, held, references: {}, e: still.normals(2 * CLOUD), noise: still.normals(2 * COUNTED)};
  show();
}
function time() {
  const input = find('.time input'), text = `t = ${veredas.number(told.t, 2)}`;
  input.value = 1 - told.t;
  input.setAttribute('aria-valuetext', text);
  find('.time output').textContent = text;
}
function slider(name, value, text, off) {
  const at = find(`[data-slider=${name}]`), input = at.querySelector('input');
  Object.assign(input, {value, disabled: off});
  input.setAttribute('aria-valuetext', text);
  at.querySelector('output').textContent = text;
}
function show() {
  for (const field of box.querySelectorAll('[data-field]')) field.value = told[field.dataset.field];
  find('[data-field=asked]').disabled = !classes();
  slider('steps', first.steps.indexOf(told.steps), told.solver === 'heun' ? say(texts.calls, {n: told.steps, calls: velocity.calls(told.steps, told.solver)}) : String(told.steps), false);
  slider('w', told.w, veredas.number(told.w, 1), !classes());
  find('.seed b').textContent = told.seed;
  time();
  label();
  way = null;
  draw();
  status();
  rest();
}
let kept = JSON.stringify(told);
function keep() {
  hand = true;
  kept = JSON.stringify(told);
  props.value = {...told, hand};
}
function change(now) { // what is shown, and the rate, change while it learns; other points or another seed begin anew
  if ('set' in now || 'seed' in now || 'own' in now) begin(now);
  else {
    Object.assign(told, now);
    learner.rate = told.rate;
    tell();
    show();
  }
  keep();
}

// ---- hands ----
find('.play').onclick = () => { hand = true; if (drawing) use(); if (learning) { stop(); show(); } else learn(); };
find('.flow').onclick = () => { hand = true; flow(); };
find('.again').onclick = () => { hand = true; begin({}); };
find('.seed').onclick = () => change({seed: 1 + Math.floor(Math.random() * 999)});
find('.time input').oninput = ({target}) => {
  cancelAnimationFrame(flowing);
  told.t = 1 - Number(target.value);
  hand = true;
  time();
  draw();
  rest();
};
find('.time input').onchange = () => keep();
find('.time input').setAttribute('aria-label', say(texts.time));
for (const at of box.querySelectorAll('[data-slider]')) {
  const name = at.dataset.slider, input = at.querySelector('input');
  input.oninput = () => { hand = true; told[name] = name === 'steps' ? first.steps[input.value] : Number(input.value); show(); };
  input.onchange = () => keep();
}
for (const field of box.querySelectorAll('[data-field]')) {
  const name = field.dataset.field;
  field.setAttribute('aria-label', say(texts[name]));
  for (const option of field.options) option.textContent = texts[option.value] ? say(texts[option.value]) : say(texts.rate_is, {n: veredas.number(option.value, option.value < 1 ? 3 : 0)});
  field.onchange = () => {
    if (field.value === 'own' && !told.own) { field.value = told.set; pen(); return; }
    change({[name]: name === 'rate' ? Number(field.value) : field.value});
  };
}
for (const button of box.querySelectorAll('[data-layer]')) {
  button.onclick = () => {
    const name = button.dataset.layer;
    shows[name] = !shows[name];
    button.setAttribute('aria-pressed', shows[name]);
    draw();
  };
}
find('.layers').setAttribute('aria-label', say(texts.picture, {status: ''}));

// ---- a visitor's own points: drawn, or pasted ----
function pen() {
  stop();
  drawing = [];
  tell(say(texts.drawing));
  label();
  draw();
}
const two = (v) => Math.round((v / first.own.window + 1) / 2 * first.own.levels).toString(36).padStart(2, '0');
function use() {
  const own = `p${drawing.map(([x, y]) => two(x) + two(y)).join('')}`, enough = new Set(own.slice(1).match(/..../g)).size >= 3;
  drawing = null;
  if (enough) change({set: 'own', own});
  else { tell(); label(); draw(); }
}
find('.draw').onclick = () => { hand = true; if (drawing) use(); else pen(); };
function touch(event) {
  if (!drawing) return;
  const {left, top} = board.getBoundingClientRect(), at = place(event.clientX - left, event.clientY - top).map((v) => Math.max(-REACH, Math.min(REACH, v)));
  const last = drawing[drawing.length - 1];
  if (drawing.length >= first.own.most || (last && Math.hypot(at[0] - last[0], at[1] - last[1]) < 0.08)) return;
  drawing.push(at);
  label();
  draw();
}
board.addEventListener('pointerdown', (event) => { if (drawing) board.setPointerCapture(event.pointerId); touch(event); });
board.addEventListener('pointermove', (event) => { if (event.buttons) touch(event); });
const table = find('.table textarea'), said = find('.table output');
table.setAttribute('aria-label', say(texts.table));
table.placeholder = say(texts.table);
find('.use').onclick = async () => {
  const found = await server.pasted({table: table.value.slice(0, 1000001), language: veredas.language}).catch(() => ({error: say(texts.silent)}));
  said.textContent = found.error || say(texts.in_use, {n: (found.own.length - 1) / 4});
  if (!found.error) change({set: 'own', own: found.own});
};

// ---- what one keeps ----
find('.picture').onclick = () => veredas.save(board.toDataURL('image/png'), `veredas-${told.set}.png`);
find('.numbers').onclick = () => {
  const labels = asked(WATCHED), rows = labels.flatMap((label, i) => walked().map(([t, x]) => [i + 1, label, t, x[2 * i], x[2 * i + 1]].join(',')));
  veredas.save(`data:text/csv;charset=utf-8,${encodeURIComponent(['sample,class,t,x,y', ...rows].join('\n'))}`, `veredas-${told.set}.csv`);
};

watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || JSON.stringify({...told, ...value}) === kept) return;
  begin(value);
});
new ResizeObserver(lay).observe(board);
begin(props.value || {});
lay();
