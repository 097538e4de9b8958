// The game in the plane played: what a hand does. Drawn by arena_draw.js; see arena.py.
const PACE = 110, SPENT = 30; // rounds a second at most; ms of each frame that the steps may take
let told = {...first.told}, games = [], watched = null, turn = 0, playing = 0, hand = false;
let traced = []; // [round, loss of D, loss of G] of the game that is told of
const found = new Map(); // game -> [round, how well]: judged once a drawing

function judged(game) {
  const before = found.get(game);
  if (before?.[0] === game.round) return before[1];
  const x = players.fakes(game.G, watched), now = plane.judge(x, game.points, first.centres[told.set] || []);
  found.set(game, [game.round, now]);
  return now;
}
function drawStatus() {
  const game = games.find(({loss}) => loss === told.loss), how = judged(game), number = (v) => (Number.isFinite(v) ? veredas.number(v, 2).replace('-', '−') : '–');
  const facts = {...how, round: game.round, quality: percent(how.quality), covered: percent(how.covered || 0)};
  find('.status').textContent = `${games.length > 1 ? `${say(texts[told.loss])}. ` : ''}${say(how.of ? texts.modes : texts.covered, facts)}`;
  find('.losses').textContent = say(texts.losses, {d: number(game.D.loss), g: number(game.G.loss)});
  if (game.round && traced[traced.length - 1]?.[0] !== game.round) traced.push([game.round, game.D.loss, game.G.loss]);
  if (traced.length > 300) traced = traced.filter((_, i) => i % 2 === 0 || i === traced.length - 1);
  drawTrace(traced);
  Object.assign(box.dataset, {modes: how.modes ?? ''});
  board.setAttribute('aria-label', say(texts.picture, {status: find('.status').textContent}));
}

// ---- playing: each game in turn, so that all are at the same round ----
function play() {
  let last = performance.now(), owed = 0;
  tell();
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    owed = Math.min(owed + (now - last) * PACE * games.length / 1000, 10 * games.length);
    last = now;
    const until = performance.now() + SPENT;
    for (; owed >= 1 && performance.now() < until; owed--) {
      if (!plane.round(games[turn])) { fail(); return; }
      turn = (turn + 1) % games.length;
    }
    draw();
    playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  label();
}
function stop() {
  cancelAnimationFrame(playing);
  playing = 0;
  label();
}
function fail() {
  stop();
  tell(say(texts.diverged));
  draw();
}
function tell(error = '') { find('.note').textContent = error; }
function label() {
  find('.play').textContent = say(playing ? texts.pause : texts.play);
  find('.five').textContent = say(told.five === 'yes' ? texts.one : texts.five);
}

// ---- a recipe: what it begins with, what the address says, what it becomes ----
function begin(now) {
  stop();
  tell();
  told = {...told, ...now};
  const names = told.five === 'yes' ? first.losses : [told.loss];
  games = names.map((loss) => plane.begin({...told, loss}, first.points[told.set]));
  watched = players.seeded(told.seed + 1).normals(plane.COUNTED * told.noise); // apart, so that showing changes no step
  [turn, traced] = [0, []];
  found.clear();
  show();
}
function show() {
  for (const field of box.querySelectorAll('[data-field]')) field.value = told[field.dataset.field];
  for (const one of box.querySelectorAll('.rate')) {
    const rate = told[one.dataset.rate], input = one.querySelector('input'), shown = veredas.number(rate, Math.max(0, Math.ceil(-Math.log10(rate))));
    input.value = first.rates.indexOf(rate);
    input.setAttribute('aria-valuetext', shown);
    one.querySelector('output').textContent = shown;
  }
  find('.seed b').textContent = told.seed;
  label();
  draw();
}
let kept = JSON.stringify(told);
function keep() {
  hand = true;
  kept = JSON.stringify(told);
  props.value = {...told, hand};
}
function change(now) { // while it plays, it plays on: rates, k and the loss are the players', all else begins anew
  const going = Object.keys(now).every((name) => ['rateD', 'rateG', 'k', 'batch'].includes(name) || (name === 'loss' && games.length === 1));
  if (!going) begin(now);
  else {
    told = {...told, ...now};
    for (const game of games) Object.assign(game, now);
    tell();
    show();
  }
  keep();
}

// ---- hands ----
const named = (what) => `veredas-${told.set}-${what}`;
find('.picture').onclick = () => veredas.picture(board, named('game'));
find('.points').onclick = () => { // fakes are of each game, by its loss
  const rows = (kind, x) => Array.from({length: x.length / 2}, (_, i) => [kind, x[2 * i], x[2 * i + 1]]);
  const made = games.flatMap((game) => rows(game.loss, players.fakes(game.G, watched)));
  veredas.table(['kind', 'x1', 'x2'], [...rows('real', [...games[0].points].flat()), ...made], named('points'));
};
find('.curve').onclick = () => veredas.table(['round', 'loss_d', 'loss_g'], traced, named('losses'));
find('.play').onclick = () => { hand = true; if (playing) { stop(); draw(); } else play(); };
find('.again').onclick = () => { hand = true; begin({}); };
find('.seed').onclick = () => change({seed: 1 + Math.floor(Math.random() * 999)});
find('.five').onclick = () => change({five: told.five === 'yes' ? 'no' : 'yes'});
find('.collapse').onclick = () => { change({...first.collapse, five: 'no'}); begin({}); play(); };
find('.cure').onclick = () => { change({...first.cure}); if (!playing) play(); }; // from where it stands
for (const field of box.querySelectorAll('[data-field]')) {
  const name = field.dataset.field;
  field.setAttribute('aria-label', say(texts[name]));
  for (const option of field.options) option.textContent = say(texts[option.value] || texts[`${name}_is`], {n: option.value});
  field.onchange = () => change({[name]: name === 'set' || name === 'loss' ? field.value : Number(field.value)});
}
for (const one of box.querySelectorAll('.rate')) {
  one.querySelector('input').onchange = ({target}) => change({[one.dataset.rate]: first.rates[target.value]});
}
watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || JSON.stringify({...told, ...value}) === kept) return;
  begin(value);
});
new ResizeObserver(lay).observe(board);
begin(props.value || {});
lay();
