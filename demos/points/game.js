// The game played: what a hand does, and the algorithm of 2014 line by line. Drawn by game_draw.js; see game.py.
const PACE = {usual: 15, fast: 120}, SLOW = 600, DRAWN = 40; // rounds a second; ms for each line; ms between two drawings
const MOST = 60, TRACED = 4000; // rounds of one frame, and of the losses that are kept, at most
let told = {...first.told}, game = null, watched = [], followed = [], round = 0, turn = 0, playing = 0;
let traced = []; // [round, loss of D, loss of G]
let batch = null, ghost = null, hand = false; // ghost: D before its last step, where one sees single steps

// ---- the algorithm: draw, D, k times over; draw, G ----
const order = () => [...Array(told.k).fill(['batch', 'D']).flat(), 'noise', 'G'];
function perform(name) { // one line; false where the step was not taken
  const one = name === 'batch' || name === 'noise';
  if (one) batch = {x: name === 'batch' ? line.real(game) : null, z: game.random.normals(line.BATCH)};
  const taken = one || (name === 'D' ? players.stepD(game, batch.x, batch.z) : players.stepG(game, batch.z));
  if (!taken) return false;
  if (name === 'G') {
    round += 1;
    traced.push([round, game.D.loss, game.G.loss]);
    if (traced.length > TRACED) traced = traced.filter((_, i) => i % 2 === 0);
  }
  return true;
}
function light(name) {
  for (const item of box.querySelectorAll('.algorithm li')) item.classList.toggle('lit', item.dataset.line === name);
}
function next() { // the line whose turn it is
  const name = order()[turn % order().length], before = name === 'D' ? scored() : null;
  if (!perform(name)) { fail(); return false; }
  turn = (turn + 1) % order().length;
  ghost = before;
  light(name);
  return true;
}
function whole() { // the rest of a round, and its state
  do {
    const name = order()[turn % order().length];
    if (!perform(name)) { fail(); return false; }
    turn = (turn + 1) % order().length;
  } while (turn);
  return true;
}
function single(names) { // by a hand: a step with the batch that it draws
  stop();
  tell();
  hand = true;
  turn = 0;
  ghost = names[1] === 'D' ? scored() : null;
  if (!names.every(perform)) fail();
  batch = null;
  light(names[1]);
  draw();
}

// ---- playing ----
function play() {
  let last = performance.now(), owed = 0, drawn = 0;
  tell();
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    const slow = told.speed === 'slow';
    owed += slow ? 0 : (now - last) * PACE[told.speed] / 1000;
    owed = Math.min(owed, MOST);
    if (slow && now - drawn >= SLOW) {
      if (!next()) { draw(); return; }
      drawn = now;
      draw();
    }
    if (!slow) {
      const until = performance.now() + DRAWN / 2; // a slow phone draws on
      for (; owed >= 1 && performance.now() < until; owed--) if (!whole()) { draw(); return; }
      if (now - drawn >= DRAWN) { [batch, ghost, drawn] = [null, null, now]; light(order()[round % 2 ? 1 : order().length - 1]); draw(); }
    }
    last = now;
    playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  label();
}
function stop() {
  if (!playing) return;
  cancelAnimationFrame(playing);
  playing = 0;
  if (told.speed !== 'slow') batch = null;
  label();
}
function fail() { // the round that failed begins anew
  stop();
  turn = 0;
  tell(say(texts.diverged));
}
function tell(error = '') { find('.note').textContent = error; }
function label() {
  find('.play').textContent = say(playing ? texts.pause : texts.play);
  find('.play').dataset.playing = playing ? 'yes' : 'no';
}

// ---- how it stands ----
let test = null; // points and noise that D is asked about
function drawStatus() {
  const right = (x, real) => players.scores(game.D, x).reduce((sum, s) => sum + ((s > 0) === real ? 1 : 0), 0) / x.length;
  const share = (right(test.x, true) + right(players.fakes(game.G, test.z), false)) / 2;
  const percent = `${veredas.number(100 * share, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
  find('.status').textContent = say(texts.status, {round: veredas.number(round, 0), right: percent});
  board.setAttribute('aria-label', say(texts.picture, {status: find('.status').textContent}));
}

// ---- a recipe: what it begins with, what the address says, what it becomes ----
function begin(now) {
  stop();
  tell();
  told = {...told, ...now};
  game = line.begin(told, first.mixtures[told.set]);
  const still = players.seeded(told.seed + 1); // what is shown is drawn apart, so that showing changes no step
  watched = line.real({random: still, mixture: game.mixture}, WATCHED);
  test = {x: line.real({random: still, mixture: game.mixture}, 256), z: still.normals(256)};
  followed = still.normals(FOLLOWED).sort();
  [round, turn, batch, ghost, traced] = [0, 0, null, null, []];
  show();
}
function write_line(name, text) { find(`[data-line="${name}"]`).textContent = text; }
function show() {
  for (const field of box.querySelectorAll('[data-field]')) field.value = told[field.dataset.field];
  for (const one of box.querySelectorAll('.rate')) {
    const rate = told[one.dataset.rate], input = one.querySelector('input'), shown = veredas.number(rate, Math.max(0, Math.ceil(-Math.log10(rate))));
    input.value = first.rates.indexOf(rate);
    input.setAttribute('aria-valuetext', shown);
    one.querySelector('output').textContent = shown;
  }
  write_line('repeat', say(texts.repeat, {k: told.k}));
  write_line('batch', say(texts.batch));
  write_line('D', say(texts.climb_d, {value: 'log D(x) + log(1 − D(G(z)))'}));
  write_line('noise', say(texts.noise));
  write_line('G', told.loss === 'minimax' ? say(texts.fall_g, {value: 'log(1 − D(G(z)))'}) : say(texts.climb_g, {value: 'log D(G(z))'}));
  find('.seed b').textContent = told.seed;
  find('.speed').value = told.speed;
  light('');
  label();
  draw();
}
let kept = JSON.stringify(told);
function keep() {
  hand = true;
  kept = JSON.stringify(told);
  props.value = {...told, hand};
}

// ---- hands ----
const named = (what) => `veredas-${told.set}-${what}`;
find('.play').onclick = () => { hand = true; if (playing) { stop(); draw(); } else play(); };
find('.step-d').onclick = () => single(['batch', 'D']);
find('.step-g').onclick = () => single(['noise', 'G']);
find('.again').onclick = () => { hand = true; begin({}); };
find('.seed').onclick = () => { begin({seed: 1 + Math.floor(Math.random() * 999)}); keep(); };
find('.picture').onclick = () => veredas.picture(board, named('game'));
find('.points').onclick = () => {
  const rows = [['real', watched], ['fake', players.fakes(game.G, followed)]].flatMap(([kind, all]) => Array.from(all, (x) => [kind, x]));
  veredas.table(['kind', 'x'], rows, named('points'));
};
find('.curve').onclick = () => veredas.table(['round', 'loss_d', 'loss_g'], traced, named('losses'));
find('.speed').onchange = ({target}) => { told.speed = target.value; keep(); };
for (const field of box.querySelectorAll('[data-field]')) {
  const name = field.dataset.field;
  field.setAttribute('aria-label', say(texts[name]));
  for (const option of field.options) option.textContent = say(texts[option.value] || texts.times, {k: option.value});
  field.onchange = () => {
    const value = name === 'k' ? Number(field.value) : field.value;
    if (name === 'set') begin({set: value});
    else { Object.assign(told, {[name]: value}); Object.assign(game, {loss: told.loss}); turn = 0; show(); }
    keep();
  };
}
find('.speed').setAttribute('aria-label', say(texts.speed));
for (const option of find('.speed').options) option.textContent = say(texts[option.value]);
for (const one of box.querySelectorAll('.rate')) {
  const name = one.dataset.rate;
  one.querySelector('input').oninput = ({target}) => {
    told[name] = game[name] = first.rates[target.value];
    tell();
    show();
  };
  one.querySelector('input').onchange = () => keep();
}
watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || JSON.stringify({...told, ...value}) === kept) return;
  begin(value);
});
new ResizeObserver(lay).observe(board);
begin(props.value || {});
lay();
