// The grid, the small ones, the bars. Teal is what a hand gave, orange what the model made. See pixels.py.
const {say} = veredas;
const box = element.querySelector('.pixels'), find = (selector) => box.querySelector(selector);
const board = find('.board'), paint = board.getContext('2d');
const SIDE = 8, D = SIDE * SIDE;

let colours = {}, wide = 0; // px
function lay() {
  const {width} = board.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width) return;
  wide = width;
  Object.assign(board, {width: Math.round(width * fine), height: Math.round(width * fine)});
  paint.setTransform(fine, 0, 0, fine, 0, 0);
  draw();
}
function look() { // light or dark
  const style = getComputedStyle(box);
  colours = Object.fromEntries(['real', 'fake', 'ink', 'line', 'card', 'paper', 'rest', 'fake-ink'].map((name) => [name, style.getPropertyValue(`--v-${name}`).trim()]));
}

// ---- one cell; left, top and side in px ----
function fill(left, top, side, colour, alpha = 1) {
  paint.globalAlpha = alpha;
  paint.fillStyle = colour;
  paint.fillRect(left, top, side, side);
  paint.globalAlpha = 1;
}
function figure(left, top, side, p, colour) { // p, per cent
  const type = Math.max(14, Math.min(30, side * 0.38));
  paint.font = `600 ${type}px ${getComputedStyle(box).fontFamily}`;
  paint.textAlign = 'center';
  paint.fillStyle = colour;
  paint.fillText(Math.round(100 * p), left + side / 2, top + side / 2 + type * 0.35);
}
function nothing(left, top, side) { // not yet drawn
  fill(left, top, side, colours.rest, 0.35);
}

// seen: {x, p, upto: pixels there are, given: of these by hand, shades: whether p shows instead, next: a pixel that is
// about to be drawn, at: where the keyboard is}
function drawBoard({x, p, upto, given, shades, next, at}) {
  const side = wide / SIDE;
  paint.clearRect(0, 0, wide, wide);
  for (let i = 0; i < D; i++) {
    const place = [i % SIDE * side, Math.floor(i / SIDE) * side, side];
    if (i === next || (shades && i < upto)) { fill(...place, colours.card); fill(...place, colours.fake, p[i]); figure(...place, p[i], colours.ink); }
    else if (i < upto) fill(...place, x[i] ? colours[i < given ? 'real' : 'fake'] : colours.card);
    else nothing(...place);
  }
  lines(side);
  border(given, side);
  if (next !== null) frame(next, side, colours.ink);
  if (at !== null) frame(at, side, colours.real);
}
function lines(side) {
  paint.strokeStyle = colours.line;
  paint.lineWidth = 1;
  paint.beginPath();
  for (let i = 0; i <= SIDE; i++) {
    const at = Math.min(wide - 0.5, Math.max(0.5, i * side));
    paint.moveTo(at, 0);
    paint.lineTo(at, wide);
    paint.moveTo(0, at);
    paint.lineTo(wide, at);
  }
  paint.stroke();
}
function border(given, side) { // what is given ends here
  if (given <= 0 || given >= D) return;
  paint.strokeStyle = colours.real;
  paint.lineWidth = 3;
  paint.beginPath();
  paint.moveTo(0, given / SIDE * side);
  paint.lineTo(wide, given / SIDE * side);
  paint.stroke();
}
function frame(i, side, colour) {
  paint.strokeStyle = colour;
  paint.lineWidth = 3;
  paint.strokeRect(i % SIDE * side + 1.5, Math.floor(i / SIDE) * side + 1.5, side - 3, side - 3);
}

// ---- small ones, a pixel for a pixel ----
function drawSmall(canvas, x, given) {
  const pen = canvas.getContext('2d'), side = canvas.width / SIDE;
  pen.fillStyle = colours.card;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < D; i++) {
    if (!x[i]) continue;
    pen.fillStyle = colours[i < given ? 'real' : 'fake'];
    pen.fillRect(i % SIDE * side, Math.floor(i / SIDE) * side, side, side);
  }
}

// ---- bits as bars, and as one in so many ----
function drawBars(bits) { // {name: bits}
  const most = Math.max(D, ...Object.values(bits).filter(Number.isFinite));
  for (const [name, value] of Object.entries(bits)) {
    const bar = find(`[data-bar="${name}"]`);
    bar.querySelector('s').style.width = `${100 * (value || 0) / most}%`;
    bar.querySelector('b').textContent = Number.isNaN(value) ? '' : veredas.number(value, value < 100 ? 1 : 0); // a part has no bar
  }
}
const compact = new Intl.NumberFormat(veredas.locale, {notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 2});
function many(bits) { // 2^bits, as one says it
  const digits = bits * Math.LOG10E * Math.LN2;
  if (digits < 15) return compact.format(2 ** bits);
  return `10${[...String(Math.round(digits))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[digit]).join('')}`;
}
