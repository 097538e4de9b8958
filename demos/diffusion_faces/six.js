// Six faces through five models, drawn as they come; the figures are those of the face that is chosen. See six.py.
const box = element.querySelector('.six');
const {number} = veredas;
const percent = (p) => `${number(100 * p, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
const whole = (n) => n.toLocaleString(veredas.locale);
const wait = box.querySelector('.wait');
const waits = (text) => { wait.textContent = text; };
const cells = {}; // 'model face' -> the newest {psnr, sharp}
const likely = {}; // 'face' -> {pca, vae, diffusion}
const portrait = {}; // model -> the record of the portrait in whose place a visitor's face may stand
let chosen = 0;
let found = null; // the table
let have = 0; // records of what takes its time
let complete = false;
let asking = false; // for a density
let own = null; // a visitor's face: {face, picture}, data URLs that live here and nowhere else

box.querySelectorAll('img').forEach((img) => { img.src = veredas.nothing; });
const fact = (model, key) => box.querySelector(`[data-model=${model}] [data-fact=${key}]`);
const rows = [...box.querySelectorAll('[data-model]')];
const person = (face) => (own && face === OWN ? {name: say(texts.yours), picture: own.picture} : found.portraits[face]);

function came(record) { // of the six portraits
  const [model, face] = record;
  if (face === OWN) portrait[model] = record[6] ? record : [...record.slice(0, 6), portrait[model]?.[6] || ''];
  if (!own || face !== OWN) show(record);
}
function show([model, face, done, of, psnr, sharp, picture]) {
  const img = box.querySelector(`[data-cell="${model} ${face}"]`);
  if (picture) img.src = picture;
  img.classList.toggle('under-way', done < of);
  cells[`${model} ${face}`] = {psnr, sharp, done, of};
  if (face === chosen) figures(model);
}
function figures(model) {
  const one = cells[`${model} ${chosen}`], going = one && one.done < one.of;
  fact(model, 'psnr').textContent = one ? say(texts.db, {v: number(one.psnr, 1)}) : '';
  fact(model, 'sharp').textContent = one ? percent(one.sharp) : '';
  fact(model, 'bytes').textContent = found ? say(texts.of_photo, {n: whole(found.bytes[model])}) : '';
  fact(model, 'psnr').classList.toggle('under-way', Boolean(going));
}
function densities() {
  const known = likely[chosen] || {};
  for (const model of ['pca', 'vae']) fact(model, 'likely').textContent = known[model] ? say(texts[`said_${model}`], {v: number(known[model], 1)}) : '';
  for (const model of ['ae', 'gan']) fact(model, 'likely').textContent = say(texts[`said_${model}`]);
  const density = known.diffusion;
  box.querySelector('.compute').hidden = Boolean(density);
  box.querySelector('[data-model=diffusion] output').textContent = density ? say(texts.said_diffusion, {v: number(density.bits, 2), e: number(density.error, 3)}) : '';
}
function named(face) { // whose it is, on the pictures
  const {name, picture} = person(face);
  Object.assign(box.querySelector(`[data-face="${face}"] img`), {src: picture, alt: name});
  box.querySelectorAll(`[data-cell$=" ${face}"]`).forEach((img) => { img.alt = say(texts.redrawn, {name, model: say(texts[img.dataset.cell.split(' ')[0]])}); });
}
function choose(face) {
  chosen = face;
  box.dataset.chosen = face;
  box.querySelectorAll('[data-face]').forEach((one) => one.setAttribute('aria-pressed', Number(one.dataset.face) === face));
  box.querySelectorAll('[data-cell]').forEach((img) => img.classList.toggle('chosen', img.dataset.cell.endsWith(` ${face}`)));
  if (!found) return;
  const {picture, name} = person(face);
  box.querySelector('.big img').src = picture;
  box.querySelector('.big img').alt = box.querySelector('.big figcaption').textContent = name;
  rows.forEach((row) => figures(row.dataset.model));
  densities();
  if (!likely[face]?.pca) ask(face);
}
function pick(face) { // by a hand: the page hears of it
  choose(face);
  props.value = {face};
}
async function ask(face) {
  const before = own, answer = await server.likely({face, language}).catch(() => ({error: say(texts.silent)}));
  if (answer.error) { waits(answer.error); return; }
  if (face === OWN && before !== own) return;
  likely[face] = {...answer, ...likely[face]};
  if (face === chosen) densities();
}
async function rest() { // GAN and diffusion
  if (complete || asking) return; // a density that was asked for goes first
  complete = await follow({what: 'in_time'}, have, (records) => {
    have += records.length;
    records.forEach(came);
  }, waits);
  box.dataset.done = complete ? 'yes' : 'no';
  if (!complete && !wait.textContent && box.offsetParent) setTimeout(rest, 500); // another view took its turn
}
async function compute() { // how likely diffusion finds this face; then on with the rest
  const face = chosen, mine = own, visited = own && face === OWN, told = box.querySelector('[data-model=diffusion] output');
  box.querySelector('.compute').hidden = true;
  const news = (records) => {
    const [done, of, bits, error] = records[records.length - 1];
    if (face === OWN && mine !== own) return;
    if (bits !== null) likely[face] = {...likely[face], diffusion: {bits, error}};
    if (face !== chosen) return;
    if (bits === null) told.textContent = say(texts.computing, {p: percent(done / of)});
    else densities();
  };
  if (visited) await watchOwn('integrated', news);
  else {
    asking = true;
    await follow({what: 'integrated', face}, 0, news, waits);
    asking = false;
  }
  if (face === chosen) densities();
  rest();
}

// ---- a visitor's own face in the last one's place ----
async function watchOwn(what, news) { // a work on it, until it is done or the face has gone
  const mine = own, visitor = `${veredas.visitor} ${what}`, asked = {visitor, language};
  const silent = () => ({error: say(texts.silent)});
  let have = 0, answer = await server.own_begin({...asked, what, face: mine.face}).catch(silent);
  while (!answer.error && !answer.done && mine === own) {
    answer = await server.own_more({...asked, have}).catch(silent);
    if (mine !== own || answer.error) break;
    have += answer.records.length;
    if (answer.records.length) news(answer.records.map(Object.values));
    waits(answer.ahead ? say(texts.queue, {n: answer.ahead, s: Math.max(1, Math.round(answer.wait))}) : '');
  }
  if (answer.error && mine === own) waits(answer.error);
}
function put(face) { // null: the portrait comes back
  own = face;
  delete likely[OWN];
  for (const row of rows) {
    const {model} = row.dataset;
    box.querySelector(`[data-cell="${model} ${OWN}"]`).src = veredas.nothing;
    delete cells[`${model} ${OWN}`];
    if (!own && portrait[model]) show(portrait[model]);
  }
  named(OWN);
  waits('');
}
const cutting = veredas.latest((call) => server.own({...call, language}).catch(() => ({error: say(texts.silent)})), (answer) => {
  if (answer.error) { waits(answer.error); return; }
  put({face: answer.face, picture: answer.picture});
  likely[OWN] = answer.likely;
  answer.cells.forEach(show);
  pick(OWN);
  watchOwn('taken', (records) => records.forEach(show));
});
const home = element.closest('.own-photo');
document.addEventListener('framed', ({target, detail}) => { if (home.contains(target) && found) cutting({photo: detail.photo, frame: detail.frame}); });
document.addEventListener('forgotten', ({target}) => {
  if (!home.contains(target) || !own) return;
  cutting.drop();
  put(null);
  choose(chosen);
});
box.querySelector('.choose').addEventListener('click', () => home.querySelector('.photo-box input[type=file]')?.click());

// ---- what one keeps ----
const CELL = 128, STEP = CELL + 8, HEAD = 220; // pixels
box.addEventListener('keep', () => { if (found) veredas.save(sheet(), 'veredas-six.png'); });
function sheet() { // the table, with the figures of the chosen face
  const lines = [...box.querySelectorAll('.row')], heads = ['psnr', 'sharp', 'bytes', 'likely'], wide = [0, 130, 230, 400];
  return painted(HEAD + 6 * STEP + 700, lines.length * STEP + 24, (pen, write) => lines.forEach((row, i) => {
    const top = 12 + i * STEP, right = HEAD + 6 * STEP + 16, {model} = row.dataset;
    write(say(texts[model || 'photo']), 12, top + CELL / 2, {bold: true, ink: model ? '--v-fake-ink' : '--v-real', most: HEAD - 24});
    row.querySelectorAll('.cells img').forEach((img, j) => { if (img.naturalWidth > 1) pen.drawImage(img, HEAD + j * STEP, top, CELL, CELL); });
    heads.forEach((key, j) => {
      const text = model ? fact(model, key).querySelector('output')?.textContent ?? fact(model, key).textContent : say(texts[key]);
      write(text, right + wide[j], top + CELL / 2, {ink: model ? '--v-ink' : '--v-quiet'});
    });
    if (!model) {
      pen.strokeStyle = getComputedStyle(element).getPropertyValue('--v-real');
      pen.lineWidth = 4;
      pen.strokeRect(HEAD + chosen * STEP - 3, top - 3, CELL + 6, lines.length * STEP - 2);
    }
  }));
}

// ---- by hand, and from a link ----
box.querySelectorAll('[data-face]').forEach((one) => one.addEventListener('click', () => pick(Number(one.dataset.face))));
box.querySelectorAll('[data-cell]').forEach((one) => one.addEventListener('click', () => pick(Number(one.dataset.cell.split(' ')[1]))));
box.querySelector('.compute').addEventListener('click', compute);
watch('value', () => { if (props.value && props.value.face !== chosen) choose(props.value.face); });
(async () => {
  const late = setTimeout(() => waits(say(texts.opening)), 400);
  const answer = await server.table({language}).catch(() => ({error: say(texts.silent)}));
  clearTimeout(late);
  waits('');
  if (answer.error) { waits(answer.error); return; }
  found = answer;
  found.portraits.forEach((_, face) => named(face));
  found.cells.forEach(came);
  choose(props.value?.face ?? chosen);
  rest();
})();
new ResizeObserver(() => { if (box.offsetParent && found && !complete) rest(); }).observe(box); // the view was opened again
