// The plane drawn: D as a heat map, G's grid bent, real points round and fakes square; one game, or five. See arena.py.
const {say} = veredas;
const box = element.querySelector('.arena'), find = (selector) => box.querySelector(selector);
const board = find('.board'), paint = board.getContext('2d'), small = document.createElement('canvas');
const SHOWN = 160, LINES = 9, ALONG = 33, MOST_Z = 2; // points and fakes that are shown; lines of the grid each way; up to which z

let colours = {}, wide = 0, high = 0, type = 15; // px
function lay() {
  const {width, height} = board.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width || !height) return;
  [wide, high] = [width, height];
  Object.assign(board, {width: Math.round(width * fine), height: Math.round(height * fine)});
  paint.setTransform(fine, 0, 0, fine, 0, 0);
  type = width > 1000 ? 26 : width > 500 ? 18 : 14;
  draw();
}
function cells() { // a square for each game: its left, top and side, px
  const n = games.length, columns = n === 1 ? 1 : 3, rows = Math.ceil(n / columns), name = n === 1 ? 0 : type * 1.5;
  const side = Math.min(wide / columns - (n > 1 ? 8 : 0), high / rows - name);
  const left = (wide - columns * (side + (n > 1 ? 8 : 0))) / 2;
  return games.map((_, i) => ({left: left + (i % columns) * (side + 8), top: Math.floor(i / columns) * (side + name) + name, side}));
}
const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.trim().slice(at, at + 2), 16));
function heat(game, {left, top, side}) {
  const size = games.length === 1 ? 40 : 20, values = plane.heat(game, size), image = new ImageData(size, size);
  const [real, fake] = [rgb(colours.real), rgb(colours.fake)];
  values.forEach((value, i) => {
    image.data.set([...(value > 0.5 ? real : fake), 255 * 0.62 * Math.min(1, Math.abs(2 * value - 1))], 4 * i);
  });
  Object.assign(small, {width: size, height: size});
  small.getContext('2d').putImageData(image, 0, 0);
  paint.drawImage(small, left, top, side, side);
}
function grid({G, noise}, at) { // lines of equal z, where G takes them; of more than two numbers the others are 0
  const lines = [];
  for (let way = 0; way < Math.min(2, noise); way++) {
    for (let i = 0; i < (noise === 1 ? 1 : LINES); i++) {
      const z = new Float64Array(noise * ALONG);
      for (let j = 0; j < ALONG; j++) {
        z[j * noise + way] = MOST_Z * (2 * j / (ALONG - 1) - 1);
        if (noise > 1) z[j * noise + 1 - way] = MOST_Z * (2 * i / (LINES - 1) - 1);
      }
      lines.push(players.fakes(G, z));
    }
  }
  paint.beginPath();
  for (const x of lines) for (let j = 0; j < ALONG; j++) paint[j ? 'lineTo' : 'moveTo'](...spot(x[2 * j], x[2 * j + 1], at));
  paint.strokeStyle = colours.ink;
  paint.globalAlpha = 0.35;
  paint.lineWidth = 1;
  paint.stroke();
  paint.globalAlpha = 1;
}
const spot = (x, y, {left, top, side}) => [left + side * (x / plane.REACH + 1) / 2, top + side * (1 - y / plane.REACH) / 2];
function points(game, at) {
  const r = Math.max(1.6, at.side / 190);
  paint.lineWidth = r * 0.6;
  paint.strokeStyle = colours.paper;
  paint.fillStyle = colours.real;
  for (const [x, y] of game.points.slice(0, SHOWN)) { paint.beginPath(); paint.arc(...spot(x, y, at), r, 0, 7); paint.stroke(); paint.fill(); }
  paint.fillStyle = colours.fake;
  const made = players.fakes(game.G, watched.subarray(0, SHOWN * game.noise));
  for (let i = 0; i < SHOWN; i++) {
    const [x, y] = spot(made[2 * i], made[2 * i + 1], at);
    paint.strokeRect(x - r, y - r, 2 * r, 2 * r);
    paint.fillRect(x - r, y - r, 2 * r, 2 * r);
  }
}
function draw() {
  if (!wide || !games.length) return;
  const style = getComputedStyle(box), places = cells();
  for (const name of ['real', 'fake', 'ink', 'quiet', 'line', 'paper']) colours[name] = style.getPropertyValue(`--v-${name}`);
  paint.clearRect(0, 0, wide, high);
  games.forEach((game, i) => {
    const at = places[i], found = judged(game);
    paint.save();
    paint.beginPath();
    paint.rect(at.left, at.top, at.side, at.side);
    paint.clip();
    heat(game, at);
    grid(game, at);
    points(game, at);
    paint.restore();
    paint.strokeStyle = colours.line;
    paint.strokeRect(at.left, at.top, at.side, at.side);
    if (games.length > 1) {
      paint.font = `600 ${type}px ${style.fontFamily}`;
      paint.fillStyle = colours.ink;
      const share = found.of ? `${found.modes}/${found.of}` : percent(found.covered);
      paint.fillText(`${wide < 500 ? brief[game.loss] : say(texts[game.loss])} ${share}`, at.left, at.top - type * 0.4);
    }
  });
  drawStatus();
  Object.assign(box.dataset, {ready: 'yes', round: games[0].round});
}
// Both losses since the beginning, of the game that is told of; the zero line.
function drawTrace(told) {
  const canvas = find('.trace'), {width, height} = canvas.getBoundingClientRect(), fine = devicePixelRatio || 1;
  if (!width) return;
  Object.assign(canvas, {width: Math.round(width * fine), height: Math.round(height * fine)});
  const pen = canvas.getContext('2d'), values = told.flatMap(([, d, g]) => [d, g]), size = Math.min(type, 18);
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  const low = Math.min(0, ...values), range = Math.max(0.5, ...values) - low, last = told.length ? told[told.length - 1][0] : 1;
  const x = (round) => (width - 2 * size) * round / last, y = (loss) => height - 3 - (height - 6) * (loss - low) / range;
  const stroke = (colour, spots) => {
    pen.strokeStyle = colour;
    pen.beginPath();
    spots.forEach((at, i) => pen[i ? 'lineTo' : 'moveTo'](...at));
    pen.stroke();
  };
  stroke(colours.line, [[0, y(0)], [width, y(0)]]);
  pen.font = `600 ${size}px ${getComputedStyle(box).fontFamily}`;
  pen.lineWidth = 2;
  [['D', colours.ink], ['G', colours.fake]].forEach(([name, colour], i) => {
    stroke(colour, told.map((one) => [x(one[0]), y(one[i + 1])]));
    pen.fillStyle = colour;
    if (told.length) pen.fillText(name, width - size - (i ? 0 : 2), Math.max(size, Math.min(height - 4, y(told[told.length - 1][i + 1]) + size / 3)));
  });
}
const brief = {minimax: 'minimax', nonsaturating: 'n.sat.', lsgan: 'LSGAN', wgan: 'WGAN', wgan_gp: 'GP'};
const percent = (share) => `${veredas.number(100 * share, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
