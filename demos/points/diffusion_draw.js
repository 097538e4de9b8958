// The plane drawn: points with noise, arrows of the velocity (the exact ones dashed), samples and their paths. See diffusion.py.
const {say} = veredas;
const box = element.querySelector('.velocity'), find = (selector) => box.querySelector(selector);
const board = find('.board'), paint = board.getContext('2d');
const REACH = 2.7, APART = 0.4, NEAR = 0.45, LONGEST = 0.5, SCALE = 0.15; // half the window; between arrows; of one to a point; of an arrow, at most and for a speed of 1
const CLOUD = 300, WATCHED = 120; // points and samples that are shown

let colours = {}, wide = 0, high = 0, unit = 1, type = 15; // px; px of 1 in the plane
function lay() {
  const {width, height} = board.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width || !height) return;
  [wide, high, unit] = [width, height, Math.min(width, height) / (2 * REACH)];
  Object.assign(board, {width: Math.round(width * fine), height: Math.round(height * fine)});
  paint.setTransform(fine, 0, 0, fine, 0, 0);
  type = width > 1000 ? 26 : width > 500 ? 18 : 14;
  draw();
}
const spot = (x, y) => [wide / 2 + unit * x, high / 2 - unit * y];
const place = (left, top) => [(left - wide / 2) / unit, (high / 2 - top) / unit]; // and back

function line(ends) {
  ends.forEach(([x, y], i) => paint[i ? 'lineTo' : 'moveTo'](...spot(x, y)));
}
function dots(x, labels, colour, r, square) { // a class of its own is hollow; real ones are round, samples square
  paint.fillStyle = paint.strokeStyle = colour;
  paint.lineWidth = Math.max(1.4, r * 0.5);
  for (let i = 0; i < labels.length; i++) {
    const [left, top] = spot(x[2 * i], x[2 * i + 1]);
    paint.beginPath();
    if (square) paint.rect(left - r, top - r, 2 * r, 2 * r); else paint.arc(left, top, r, 0, 7);
    if (labels[i] === 1) paint.stroke(); else paint.fill();
  }
}
function grid(cloud) { // where arrows begin: wherever points pass at this time; elsewhere nothing is learned
  const across = Math.floor(wide / unit / 2 / APART), up = Math.floor(high / unit / 2 / APART), found = [];
  const passes = (x, y) => { for (let i = 0; i < cloud.length; i += 2) if (Math.hypot(x - cloud[i], y - cloud[i + 1]) < NEAR) return true; return false; };
  for (let i = -across; i <= across; i++) for (let j = -up; j <= up; j++) if (passes(i * APART, j * APART)) found.push(i * APART, j * APART);
  return Float64Array.from(found);
}
function arrows(x, v, colour, exact) { // against the velocity: from noise to points
  paint.strokeStyle = colour;
  paint.lineWidth = exact ? Math.max(2.5, unit / 28) : Math.max(1.2, unit / 70);
  paint.setLineDash(exact ? [unit / 24, unit / 24] : []);
  paint.beginPath();
  for (let i = 0; i < x.length; i += 2) {
    const speed = Math.hypot(v[i], v[i + 1]), long = Math.min(LONGEST, SCALE * speed);
    if (long < 0.02) continue;
    const [dx, dy] = [-v[i] / speed, -v[i + 1] / speed], [ex, ey] = [x[i] + long * dx, x[i + 1] + long * dy], tip = Math.min(0.09, long / 2);
    line([[x[i], x[i + 1]], [ex, ey]]);
    if (!exact) line([[ex - tip * (dx + 0.6 * dy), ey - tip * (dy - 0.6 * dx)], [ex, ey], [ex - tip * (dx - 0.6 * dy), ey - tip * (dy + 0.6 * dx)]]);
  }
  paint.stroke();
  paint.setLineDash([]);
}
function paths(way, labels, t) { // of each sample, up to the time t
  const here = velocity.between(way, t);
  paint.strokeStyle = colours.fake;
  paint.lineWidth = Math.max(1, unit / 90);
  paint.globalAlpha = 0.3;
  paint.beginPath();
  labels.forEach((_, i) => line([...way.filter(([s]) => s > t).map(([, x]) => x), here].map((x) => [x[2 * i], x[2 * i + 1]])));
  paint.stroke();
  paint.globalAlpha = 1;
  dots(here, labels, colours.fake, Math.max(2.2, unit / 32), true);
}
function draw() {
  if (!wide || !learner) return;
  const style = getComputedStyle(box), r = Math.max(2, unit / 36);
  for (const name of ['real', 'fake', 'ink', 'quiet', 'line', 'paper', 'card']) colours[name] = style.getPropertyValue(`--v-${name}`);
  paint.fillStyle = colours.card;
  paint.fillRect(0, 0, wide, high);
  if (drawing) dots(Float64Array.from(drawing.flat()), drawing.map(() => velocity.NONE), colours.real, 1.5 * r);
  else layers(r);
  Object.assign(box.dataset, {ready: 'yes', steps: learner.steps});
}
function layers(r) {
  const cloud = velocity.mixed(shown.x, shown.e, new Float64Array(shown.labels.length).fill(told.t));
  if (shows.cloud) {
    paint.globalAlpha = shows.arrows ? 0.5 : 0.75;
    dots(cloud, shown.labels, colours.real, r, false);
    paint.globalAlpha = 1;
  }
  if (shows.samples) paths(walked(), asked(WATCHED), told.t);
  if (!shows.arrows) return;
  const x = grid(cloud), exact = exactField();
  if (exact) arrows(x, exact(x, seen()), colours.real, true);
  arrows(x, arrowField()(x, seen()), colours.ink, false);
}
// The loss since the beginning, and the least there can be, dashed.
function drawTrace() {
  const canvas = find('.trace'), {width, height} = canvas.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width) return;
  Object.assign(canvas, {width: Math.round(width * fine), height: Math.round(height * fine)});
  const pen = canvas.getContext('2d'), floor = first.floors[told.set], size = Math.min(type, 18);
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  const losses = traced.map(([, loss]) => loss), low = 0.75 * Math.min(floor || Infinity, ...losses), most = Math.max(1.6 * low, ...losses.slice(1)), last = traced.length ? traced[traced.length - 1][0] : 1;
  const y = (loss) => height - 3 - (height - 6) * Math.min(1, (loss - low) / (most - low));
  const stroke = (spots) => {
    pen.beginPath();
    spots.forEach((at, i) => pen[i ? 'lineTo' : 'moveTo'](...at));
    pen.stroke();
  };
  pen.font = `600 ${size}px ${getComputedStyle(box).fontFamily}`;
  pen.lineWidth = 2;
  if (floor) {
    pen.strokeStyle = pen.fillStyle = colours.real;
    pen.setLineDash([6, 5]);
    stroke([[0, y(floor)], [width, y(floor)]]);
    pen.setLineDash([]);
    pen.textAlign = 'right';
    pen.fillText(say(texts.least), width, Math.min(height - 2, y(floor) + size * 1.2));
  }
  pen.strokeStyle = colours.ink;
  if (traced.length > 1) stroke(traced.map(([step, loss]) => [width * step / last, y(loss)]));
}
