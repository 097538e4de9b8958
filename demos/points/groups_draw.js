// Points, centres and the line, drawn; the figure beside them. See groups.py.
const {say} = veredas;
const box = element.querySelector('.groups'), find = (selector) => box.querySelector(selector);
const board = find('.board'), paint = board.getContext('2d'), small = document.createElement('canvas');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches, WINDOW = first.window;
const CELLS = 140, SLIDE = 350, STARTS = 20, LEAST = 8; // regions: cells a side; ms that a centre slides; starts one compares with; half-steps of the figure

let colours = {}, side = 0, type = 15; // px
function lay() {
  const {width} = board.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width) return;
  side = width;
  Object.assign(board, {width: Math.round(width * fine), height: Math.round(width * fine)});
  paint.setTransform(fine, 0, 0, fine, 0, 0);
  type = width > 800 ? 28 : width > 400 ? 18 : 15;
  draw();
}
const spot = ([x, y]) => [side * (x / WINDOW + 1) / 2, side * (1 - y / WINDOW) / 2];
const place = (event) => { // of a hand, within the window
  const {left, top, width} = board.getBoundingClientRect(), inside = (v) => Math.max(-WINDOW, Math.min(WINDOW, v));
  return [inside(WINDOW * (2 * (event.clientX - left) / width - 1)), inside(WINDOW * (1 - 2 * (event.clientY - top) / width))];
};
function read_colours() {
  const style = getComputedStyle(box);
  for (const name of ['real', 'fake', 'ink', 'quiet', 'line', 'paper', 'card']) colours[name] = style.getPropertyValue(`--v-${name}`).trim();
  colours.group = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => style.getPropertyValue(`--v-group-${i}`).trim());
}
function stroke(way, colour, wide, alpha = 1) { // way: spots, or lists of them
  paint.beginPath();
  for (const spots of way) spots.forEach((at, i) => paint[i ? 'lineTo' : 'moveTo'](...at));
  Object.assign(paint, {strokeStyle: colour, lineWidth: wide, globalAlpha: alpha});
  paint.stroke();
  paint.globalAlpha = 1;
}
function dot(at, r, colour) {
  paint.beginPath();
  paint.arc(...at, r, 0, 7);
  paint.fillStyle = colour;
  paint.fill();
}
const onLine = () => (told.set === 'own' ? told.own[0] === 'l' : first.lines.includes(told.set));
function mark(point, colour) { // a point; of a line a stroke, since all lie upon one another
  const [x, y] = spot(point), r = Math.max(2.6, side / 170);
  if (onLine()) stroke([[[x, y - 5 * r], [x, y + 5 * r]]], colour, r / 2, 0.7);
  else dot([x, y], r, colour);
}

// ---- k-means ----
function regions() { // of the centres as they were when the points chose
  const image = new ImageData(CELLS, CELLS), rgb = colours.group.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const cells = Array.from({length: CELLS ** 2}, (_, i) => [(i % CELLS + 0.5) / CELLS, (Math.floor(i / CELLS) + 0.5) / CELLS]);
  const labels = kmeans.nearest(cells.map(([x, y]) => [WINDOW * (2 * x - 1), WINDOW * (1 - 2 * y)]), state.chosen);
  labels.forEach((label, i) => image.data.set([...rgb[label], 46], 4 * i));
  Object.assign(small, {width: CELLS, height: CELLS});
  small.getContext('2d').putImageData(image, 0, 0);
}
function drawGroups() {
  const {labels, shown, trails} = state, r = Math.max(11, side / 48);
  if (labels) {
    paint.drawImage(small, 0, 0, side, side);
    points.forEach((point, i) => stroke([[spot(point), spot(shown[labels[i]])]], colours.group[labels[i]], 1, 0.4));
  }
  points.forEach((point, i) => mark(point, labels ? colours.group[labels[i]] : colours.real));
  for (const [from, to] of trails) { // whence each centre came
    stroke([[spot(from), spot(to)]], colours.ink, 2);
    dot(spot(from), r / 3, colours.ink);
  }
  shown.forEach((centre, i) => {
    const at = spot(centre);
    dot(at, r + 3, i === state.held ? colours.ink : colours.paper);
    dot(at, r, colours.group[i]);
    Object.assign(paint, {font: `700 ${Math.round(r * 1.25)}px ${getComputedStyle(box).fontFamily}`, textAlign: 'center', textBaseline: 'middle', fillStyle: 'white'});
    paint.fillText(i + 1, at[0], at[1] + 1);
  });
}
function slide(before) { // centres on their way to where they are now
  const begun = performance.now(), after = state.centres;
  const frame = (now) => {
    if (after !== state.centres) return;
    const way = still ? 1 : Math.min(1, (now - begun) / SLIDE);
    state.shown = after.map(([x, y], i) => [before[i][0] + way * (x - before[i][0]), before[i][1] + way * (y - before[i][1])]);
    draw();
    if (way < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

// ---- the line ----
const toward = (angle, far) => [spread.mean[0] + far * Math.cos(angle), spread.mean[1] + far * Math.sin(angle)];
function drawLine() {
  const {angle} = state, [c, s] = [Math.cos(angle), Math.sin(angle)], reach = 3 * WINDOW;
  const feet = points.map(([x, y]) => toward(angle, (x - spread.mean[0]) * c + (y - spread.mean[1]) * s));
  if (state.answered) {
    paint.setLineDash([type * 0.5, type * 0.4]);
    stroke([[-reach, reach].map((far) => spot(toward(spread.best.angle, far)))], colours.ink, Math.max(2, type * 0.12));
    paint.setLineDash([]);
  }
  stroke(points.map((point, i) => [spot(point), spot(feet[i])]), colours.quiet, 1, 0.35);
  points.forEach((point) => mark(point, colours.real));
  stroke([[-reach, reach].map((far) => spot(toward(angle, far)))], colours.fake, Math.max(2, type * 0.14));
  for (const foot of feet) dot(spot(foot), Math.max(2.2, side / 230), colours.fake);
}

function draw() {
  if (!side || !points) return;
  read_colours();
  paint.clearRect(0, 0, side, side);
  if (state.drawing) for (const point of state.drawing) mark(point, colours.real);
  else if (told.method === 'pca') drawLine();
  else drawGroups();
  drawTrace();
  box.dataset.ready = 'yes';
}

// ---- the figure: the inertia after each half-step, or the variance of a line at each angle ----
const trace = find('.trace'), pen = trace.getContext('2d');
function line(spots, colour, wide = 2, dash = []) {
  Object.assign(pen, {strokeStyle: colour, lineWidth: wide});
  pen.setLineDash(dash);
  pen.beginPath();
  spots.forEach((at, i) => pen[i ? 'lineTo' : 'moveTo'](...at));
  pen.stroke();
  pen.setLineDash([]);
}
function write(text, x, y, colour, align = 'left') {
  Object.assign(pen, {fillStyle: colour, textAlign: align});
  pen.fillText(text, x, y);
}
function round(at, r, colour) {
  pen.beginPath();
  pen.arc(...at, r, 0, 7);
  pen.fillStyle = colour;
  pen.fill();
}
function drawTrace() {
  const {width, height} = trace.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width) return;
  Object.assign(trace, {width: Math.round(width * fine), height: Math.round(height * fine)});
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  const size = width > 700 ? 26 : width > 400 ? 17 : 14;
  pen.font = `600 ${size}px ${getComputedStyle(box).fontFamily}`;
  line([[0, height - 1], [width, height - 1]], colours.line, 1);
  (told.method === 'pca' ? traceLine : traceGroups)({left: 8, width: width - 16, top: size * 1.5, floor: height - 6, size});
}
function traceGroups({left, width, top, floor, size}) {
  const {told: values} = state, most = Math.max(2 * state.best, ...values, 1e-9), n = Math.max(LEAST, values.length - 1);
  const at = (value, i) => [left + width * i / n, floor - (floor - top) * value / most];
  const best = at(state.best, 0)[1], r = Math.max(3, size / 5);
  line([[left, best], [left + width, best]], colours.quiet, 2, [6, 5]);
  write(say(texts.best, {n: STARTS}), left + width, best - 6, colours.quiet, 'right');
  write(say(texts.inertia), left, size, colours.ink);
  if (!values.length) return;
  line(values.map(at), colours.ink);
  values.forEach((value, i) => round(at(value, i), r, colours.ink));
}
function traceLine({left, width, top, floor, size}) { // from -90 to 90 degrees
  const at = (angle) => [left + width * (angle / Math.PI + 0.5), floor - (floor - top) * axis.share(spread.C, angle)];
  line([[left, top], [left + width, top]], colours.line, 1);
  write(percent(1), left + width, top - 5, colours.quiet, 'right');
  line(Array.from({length: 91}, (_, i) => at(Math.PI * (i / 90 - 0.5))), colours.ink);
  write(say(texts.variance), left, size, colours.ink);
  if (state.answered) {
    const [x, y] = at(spread.best.angle);
    line([[x, floor], [x, y]], colours.ink, 2, [6, 5]);
  }
  round(at(state.angle), Math.max(6, size / 3), colours.fake);
}
