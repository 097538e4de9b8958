// A face as a sum of eigenfaces: all its sums come on one sheet, the slider shows one of them. See eigenfaces.py.
const {say, number, language, nothing} = veredas;
const box = element.querySelector('.eigen'), find = (selector) => box.querySelector(selector);
const range = find('.many input'), trace = find('.trace'), pen = trace.getContext('2d');
const SIDE = 64, LARGEST = 640; // px of a face as it comes, and as it is drawn
let told = {...first.told}, basis = null, shown = null, own = null, hand = false; // shown: a face's sums; own: of a visitor's photo
let run = 0; // counts what was asked for: what comes back of an older one is dropped

box.querySelectorAll('img').forEach((img) => { img.src = nothing; });
range.setAttribute('aria-label', say(texts.count));
const percent = (share) => `${share > 0 && share < 0.005 ? '< 1' : number(100 * share, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
const whole = (n) => n.toLocaleString(veredas.locale);
const signed = (value) => `${Math.abs(value) < 0.05 ? '' : value < 0 ? '−' : '+'}${number(Math.abs(value), 1)}`;

// ---- pictures ----
async function opened(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
const cell = (k) => [k % first.columns * SIDE, Math.floor(k / first.columns) * SIDE];
const small = Object.assign(document.createElement('canvas'), {width: SIDE, height: SIDE});
function draw(name, image, [x, y] = [0, 0]) { // first alone, so that no neighbour on the sheet shines in
  const canvas = find(`.${name} canvas`), brush = canvas.getContext('2d');
  const wide = Math.min(LARGEST, Math.round(canvas.clientWidth * (devicePixelRatio || 1))) || LARGEST;
  small.getContext('2d').drawImage(image, x, y, SIDE, SIDE, 0, 0, SIDE, SIDE);
  Object.assign(canvas, {width: wide, height: wide});
  brush.imageSmoothingQuality = 'high';
  brush.drawImage(small, 0, 0, wide, wide);
}
function caption(name, text) {
  find(`.${name} figcaption`).textContent = text;
  find(`.${name} canvas`).setAttribute('aria-label', text);
}
const facts = (k, {psnr, sharp}) => ({k, db: number(psnr, 1), sharp: sharp === null ? '' : say(texts.sharp, {p: percent(sharp)})});

// ---- how many ----
const nearest = (k) => shown.vaes.reduce((best, one) => (one.numbers <= Math.max(k, shown.vaes[0].numbers) ? one : best));
function show() {
  range.value = told.k;
  find('.many output').textContent = say(texts.at, {k: told.k});
  range.setAttribute('aria-valuetext', say(texts.at, {k: told.k}));
  for (const one of box.querySelectorAll('[data-face]')) one.setAttribute('aria-pressed', !own && Number(one.dataset.face) === told.face);
  for (const one of box.querySelectorAll('[data-k]')) one.setAttribute('aria-pressed', Number(one.dataset.k) === told.k);
  for (const tile of box.querySelectorAll('[data-tile]')) tile.classList.toggle('in', Number(tile.dataset.tile) <= told.k);
  if (!shown) return;
  const {k} = told, one = {psnr: shown.psnr[k], sharp: shown.sharp[k]}, vae = nearest(k);
  draw('photo', shown.images.face);
  draw('sum', shown.images.sheet, cell(k));
  draw('vae', shown.images.vaes[shown.vaes.indexOf(vae)]);
  caption('photo', say(texts.photo, {n: whole(basis.pixels)}));
  caption('sum', say(texts[`sum_${k}`] || texts.sum, facts(k, one)));
  caption('vae', say(texts.vae, facts(vae.numbers, vae)));
  find('.vae').classList.toggle('other', vae.numbers !== k);
  find('.said').textContent = say(texts.told, {k, n: whole(basis.pixels), p: percent(basis.share[k]), levels: number(255 * 10 ** (-one.psnr / 20), 0)});
  box.dataset.k = k;
  curve();
}
function scroll() { // the last one that is added stays in sight
  const tile = find(`[data-tile="${told.k}"]`), row = find('.tiles');
  const left = tile.offsetLeft, right = left + tile.offsetWidth, wide = row.clientWidth;
  if (left < row.scrollLeft) row.scrollLeft = left - wide * 0.2;
  if (right > row.scrollLeft + wide) row.scrollLeft = right - wide * 0.8;
}
function many(k) {
  told.k = k;
  show();
  scroll();
}
function weights() {
  for (const tile of box.querySelectorAll('[data-tile]')) {
    const i = Number(tile.dataset.tile), w = i ? signed(shown.weights[i - 1]) : '';
    tile.querySelector('span').textContent = i ? w : say(texts.mean_short);
    tile.setAttribute('aria-label', i ? say(texts.term, {i, w}) : say(texts.mean));
  }
}

// ---- the figure: likeness against numbers, of both ----
function curve() {
  const {width, height} = trace.getBoundingClientRect(), fine = devicePixelRatio || 1, style = getComputedStyle(box);
  if (!width || !shown) return;
  Object.assign(trace, {width: Math.round(width * fine), height: Math.round(height * fine)});
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  const colour = (name) => style.getPropertyValue(`--v-${name}`).trim(), size = document.body.classList.contains('projector') ? 20 : 14;
  const values = [...shown.psnr, ...shown.vaes.map((one) => one.psnr)], low = Math.min(...values), high = Math.max(...values);
  const left = 6, top = size * 1.7, floor = height - size * 1.4;
  const at = (k, psnr) => [left + (width - 2 * left) * Math.log2(k + 1) / Math.log2(first.most + 1), floor - (floor - top) * (psnr - low) / (high - low || 1)];
  pen.font = `600 ${size}px ${style.fontFamily}`;
  Object.assign(pen, {strokeStyle: colour('ink'), fillStyle: colour('ink'), lineWidth: 2});
  pen.beginPath();
  shown.psnr.forEach((psnr, k) => pen[k ? 'lineTo' : 'moveTo'](...at(k, psnr)));
  pen.stroke();
  pen.fillText(say(texts.curve, {n: first.most}), 0, size);
  pen.beginPath();
  pen.arc(...at(told.k, shown.psnr[told.k]), size / 3, 0, 7);
  pen.fill();
  pen.fillStyle = colour('fake');
  for (const {numbers, psnr} of shown.vaes) {
    const [x, y] = at(numbers, psnr);
    pen.fillRect(x - size / 3, y - size / 3, size / 1.5, size / 1.5);
  }
  pen.fillStyle = colour('fake-ink');
  const [x, y] = at(shown.vaes[0].numbers, shown.vaes[0].psnr);
  pen.fillText('VAE', x - size, Math.max(top, y - size * 0.7));
  pen.fillStyle = colour('quiet');
  for (const k of [0, 2, 5, 16, 64]) pen.fillText(k, Math.min(at(k, low)[0] - size * 0.25, width - size * 1.3), height - 2);
}

// ---- faces ----
async function take(call, mine) { // a face's sums, or the sentence that says why there are none
  box.dataset.ready = 'no';
  const answer = await call.catch(() => ({error: say(texts.silent)}));
  if (mine !== run) return null;
  if (answer.error) { find('.said').textContent = answer.error; return null; }
  const [face, sheet, ...vaes] = await Promise.all([answer.face, answer.sheet, ...answer.vaes.map((one) => one.picture)].map(opened));
  if (mine !== run) return null;
  return {...answer, images: {face, sheet, vaes}};
}
async function choose(face) {
  own = null;
  told.face = face;
  present(await take(server.summed({face, language}), ++run));
}
function present(found) {
  if (!found) return;
  shown = found;
  weights();
  show();
  box.dataset.ready = 'yes';
}
async function begin() {
  const found = await server.table({language}).catch(() => ({error: say(texts.silent)}));
  if (found.error) { find('.said').textContent = found.error; return; }
  basis = found.basis;
  found.portraits.forEach(({name, picture}, i) => Object.assign(find(`[data-face="${i}"] img`), {src: picture, alt: name}));
  for (const tile of box.querySelectorAll('[data-tile] i')) {
    const [x, y] = cell(Number(tile.parentElement.dataset.tile)), rows = Math.ceil((first.most + 1) / first.columns);
    Object.assign(tile.style, {backgroundImage: `url(${basis.sheet})`, backgroundSize: `${100 * first.columns}% ${100 * rows}%`,
      backgroundPosition: `${100 * x / SIDE / (first.columns - 1)}% ${100 * y / SIDE / (rows - 1)}%`});
  }
  if (!own) choose(told.face);
}

// ---- hands ----
function keep() {
  hand = true;
  props.value = {...told, hand};
}
range.addEventListener('input', () => { hand = true; many(Number(range.value)); });
range.addEventListener('change', keep);
for (const one of box.querySelectorAll('[data-k]')) one.onclick = () => { many(Number(one.dataset.k)); keep(); };
for (const one of box.querySelectorAll('[data-tile]')) one.onclick = () => { told.k = Number(one.dataset.tile); show(); keep(); };
for (const one of box.querySelectorAll('[data-face]')) one.onclick = () => { choose(Number(one.dataset.face)); keep(); };
const home = () => element.closest('.eigen-photo');
find('.choose').onclick = () => home()?.querySelector('.photo-box input[type=file]')?.click();
document.addEventListener('framed', async (event) => { // the photo box tells which face it framed
  if (!home()?.contains(event.target) || !basis) return;
  const {photo, frame} = event.detail;
  own = {photo, frame};
  present(await take(server.own({photo, frame, language}), ++run));
});
document.addEventListener('click', (event) => { // it is forgotten here too
  if (event.target.closest('.forget') && home()?.contains(event.target) && own) choose(told.face);
});

// ---- what one keeps ----
find('.below .picture').onclick = () => {
  if (!shown) return;
  const three = [...box.querySelectorAll('figure canvas')], wide = three[0].width;
  const sheet = Object.assign(document.createElement('canvas'), {width: wide * three.length, height: wide});
  three.forEach((one, i) => sheet.getContext('2d').drawImage(one, i * wide, 0, wide, wide));
  veredas.save(sheet.toDataURL('image/png'), `veredas-eigenfaces-${told.k}.png`);
};
find('.below .numbers').onclick = () => {
  if (!shown) return;
  const rows = shown.psnr.map((psnr, k) => [k, k ? shown.weights[k - 1] : '', psnr, shown.sharp[k] ?? '', basis.share[k]]);
  const vaes = shown.vaes.map((one) => [`VAE ${one.numbers}`, '', one.psnr, one.sharp ?? '', '']);
  const text = ['eigenfaces,weight_deviations,psnr_db,sharpness,share_of_variance', ...[...rows, ...vaes].map((row) => row.join(','))].join('\n');
  veredas.save(`data:text/csv;charset=utf-8,${encodeURIComponent(text)}`, 'veredas-eigenfaces.csv');
};

watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || (value.face === told.face && value.k === told.k)) return;
  const other = value.face !== told.face;
  told = {face: value.face, k: value.k};
  show();
  if (basis && other && !own) choose(told.face);
});
new ResizeObserver(() => { if (shown) show(); }).observe(box);
show();
begin();
