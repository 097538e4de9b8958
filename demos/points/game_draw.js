// The line drawn: D and the best D above, both densities and the points below, an arrow on each fake. See game.py.
const {say} = veredas;
const box = element.querySelector('.game'), find = (selector) => box.querySelector(selector);
const board = find('.board'), paint = board.getContext('2d');
const FOLLOWED = 24, WATCHED = 48; // fakes that are followed, each from its own z; real points that are shown
const REACH = 0.35, LONGEST = 1.2; // of an arrow for a gradient of 1, and at most, on the axis
const TALLEST = 1.0; // density at the top of its panel; what is taller is cut off

let colours = {}, wide = 0, high = 0, type = 15; // px
function lay() {
  const {width, height} = board.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width || !height) return;
  [wide, high] = [width, height];
  Object.assign(board, {width: Math.round(width * fine), height: Math.round(height * fine)});
  paint.setTransform(fine, 0, 0, fine, 0, 0);
  type = width > 1000 ? 28 : width > 500 ? 18 : 14;
  draw();
}
const left = (x) => wide * (x - line.LOW) / (line.HIGH - line.LOW);
const places = () => { // of the panels, in px from the top
  const top = type * 0.8, rows = Math.max(44, high * 0.16), base = high - rows;
  return {top, floor: top + (base - top) * 0.58, hills: (base - top) * 0.34, base, rows};
};

function curve(values, top, floor, shown = () => true) { // values from 0 to 1, a gap where they are not shown
  let open = false;
  paint.beginPath();
  values.forEach((value, i) => {
    if (!shown(i)) { open = false; return; }
    const at = [left(line.middles[i]), floor - (floor - top) * value];
    if (open) paint.lineTo(...at); else paint.moveTo(...at);
    open = true;
  });
  paint.stroke();
}
function hill(density, colour, {base, hills}) {
  paint.beginPath();
  paint.moveTo(0, base);
  density.forEach((p, i) => paint.lineTo(left(line.middles[i]), base - hills * Math.min(1, p / TALLEST)));
  paint.lineTo(wide, base);
  paint.fillStyle = paint.strokeStyle = colour;
  paint.globalAlpha = 0.22;
  paint.fill();
  paint.globalAlpha = 1;
  paint.lineWidth = 1.5;
  paint.stroke();
}
function write(text, x, y, colour, align = 'left') {
  paint.font = `600 ${type}px ${getComputedStyle(box).fontFamily}`;
  paint.textAlign = align;
  paint.lineWidth = 5;
  paint.strokeStyle = colours.paper;
  paint.strokeText(text, x, y);
  paint.fillStyle = colour;
  paint.fillText(text, x, y);
}
function rules({top, floor}) {
  paint.strokeStyle = colours.line;
  paint.lineWidth = 1;
  for (const [share, name] of [[1, 'says_real'], [0.5, 'unsure'], [0, 'says_fake']]) {
    const y = floor - (floor - top) * share;
    paint.strokeStyle = colours.line;
    paint.lineWidth = 1;
    paint.beginPath();
    paint.moveTo(0, y);
    paint.lineTo(wide, y);
    paint.stroke();
    write(`${veredas.number(share, share === 0.5 ? 1 : 0)} ${say(texts[name])}`, 2, y + (share ? type * 0.95 : -5), colours.quiet);
  }
}
function arrow(x, y, move) { // along the axis, to where G's step wants this fake
  const long = Math.sign(move) * Math.min(LONGEST, REACH * Math.abs(move)), from = left(x), to = left(x + long), tip = Math.sign(move) * type * 0.3;
  if (Math.abs(to - from) < 2) return;
  paint.beginPath();
  paint.moveTo(from, y);
  paint.lineTo(to, y);
  paint.moveTo(to - tip, y - type * 0.22);
  paint.lineTo(to, y);
  paint.lineTo(to - tip, y + type * 0.22);
  paint.stroke();
}
function points({base, rows}, r) { // real ones round, fakes square
  const row = (i, n) => base + rows * (n + (i % 3) * 0.13);
  paint.fillStyle = colours.real;
  watched.forEach((x, i) => { paint.beginPath(); paint.arc(left(x), row(i, 0.14), r, 0, 7); paint.fill(); });
  paint.fillStyle = paint.strokeStyle = colours.fake;
  paint.lineWidth = Math.max(1.5, r * 0.45);
  const made = players.fakes(game.G, followed), {x: pull} = players.pull(game, made);
  made.forEach((x, i) => {
    const y = row(i, 0.62), side = 1.8 * r;
    paint.globalAlpha = 0.75;
    arrow(x, y, -pull[i] * made.length);
    paint.globalAlpha = 1;
    paint.fillRect(left(x) - side / 2, y - side / 2, side, side);
  });
  return made;
}
function drawnBatch({base}, r) { // in slow motion: what was just drawn, as strokes on the ground
  if (!batch) return;
  paint.lineWidth = 1.5;
  for (const [xs, colour, up] of [[batch.x || [], colours.real, -1], [players.fakes(game.G, batch.z), colours.fake, 1]]) {
    paint.strokeStyle = colour;
    paint.beginPath();
    for (const x of xs) { paint.moveTo(left(x), base); paint.lineTo(left(x), base + up * 2.5 * r); }
    paint.stroke();
  }
}
const scored = () => Array.from(players.scores(game.D, line.middles), players.sigmoid); // D(x) over the window

function draw() {
  if (!wide || !game) return;
  const style = getComputedStyle(box), at = places(), r = Math.max(3, type * 0.22);
  for (const name of ['real', 'fake', 'ink', 'quiet', 'line', 'paper', 'fake-ink']) colours[name] = style.getPropertyValue(`--v-${name}`);
  const real = Array.from(line.middles, (x) => line.pData(game.mixture, x)), generated = line.pFake(game.G);
  const known = (i) => real[i] + generated[i] > 0.004; // elsewhere D* is 0 / 0
  const best = real.map((p, i) => line.best(p, generated[i])), D = scored();
  paint.clearRect(0, 0, wide, high);
  rules(at);
  hill(real, colours.real, at);
  hill(generated, colours.fake, at);
  paint.lineJoin = 'round';
  paint.strokeStyle = colours.quiet;
  if (ghost) { paint.lineWidth = 1; curve(ghost, at.top, at.floor); }
  paint.lineWidth = Math.max(2, type * 0.1);
  paint.setLineDash([type * 0.45, type * 0.35]);
  curve(best, at.top, at.floor, known);
  paint.setLineDash([]);
  paint.strokeStyle = colours.ink;
  paint.lineWidth = Math.max(3, type * 0.16);
  curve(D, at.top, at.floor);
  drawnBatch(at, r);
  const made = points(at, r);
  names(at, best, D, known, made);
  drawStatus();
  Object.assign(box.dataset, {ready: 'yes', round});
}
function names({top, floor, base, hills}, best, D, known, made) { // each beside what it names
  const y = (share) => Math.min(floor - 6, Math.max(top + type, floor - (floor - top) * share - 8));
  const of = (x) => Math.round((x - line.LOW) / (line.HIGH - line.LOW) * line.BINS - 0.5);
  const spot = of(wide < 500 ? 0.9 : 2.2), middle = made[Math.floor(made.length / 2)];
  write('D(x)', left(line.middles[spot]), y(D[spot]), colours.ink, 'center');
  const shown = [of(-2), of(-1), of(0), of(1), of(2)].filter(known), far = shown.sort((a, b) => Math.abs(best[b] - D[b]) - Math.abs(best[a] - D[a]))[0];
  if (far !== undefined) write('D*', left(line.middles[far]), y(best[far]), colours.quiet, 'center');
  const [, mean] = game.mixture[0];
  write(say(texts.real), left(mean) , base - hills * 0.28, colours.real, 'center');
  write(say(texts.fake), Math.min(wide - type * 2.2, Math.max(type * 2.2, left(middle))), base - hills * 0.72, colours['fake-ink'], 'center');
}
