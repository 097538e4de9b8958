// Six faces through five models, drawn as they come; the figures are those of the face that is chosen. See six.py.
const box = element.querySelector('.six');
const {number} = veredas;
const percent = (p) => `${number(100 * p, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
const whole = (n) => n.toLocaleString(veredas.locale);
const wait = box.querySelector('.wait');
const cells = {}; // 'model face' -> the newest {psnr, sharp}
const likely = {}; // 'face' -> {pca, vae, diffusion}
let chosen = 0;
let found = null; // the table
let have = 0; // records of what takes its time
let complete = false;
let asking = false; // for a density

box.querySelectorAll('img').forEach((img) => { img.src = veredas.nothing; });
const fact = (model, key) => box.querySelector(`[data-model=${model}] [data-fact=${key}]`);

function show([model, face, done, of, psnr, sharp, picture]) {
  const img = box.querySelector(`[data-cell="${model} ${face}"]`);
  img.src = picture;
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
  const own = known.diffusion;
  box.querySelector('.compute').hidden = Boolean(own);
  box.querySelector('[data-model=diffusion] output').textContent = own ? say(texts.said_diffusion, {v: number(own.bits, 2), e: number(own.error, 3)}) : '';
}
function choose(face) {
  chosen = face;
  box.dataset.chosen = face;
  box.querySelectorAll('[data-face]').forEach((one) => one.setAttribute('aria-pressed', Number(one.dataset.face) === face));
  box.querySelectorAll('[data-cell]').forEach((img) => img.classList.toggle('chosen', img.dataset.cell.endsWith(` ${face}`)));
  if (found) {
    const {picture, name} = found.portraits[face];
    box.querySelector('.big img').src = picture;
    box.querySelector('.big img').alt = box.querySelector('.big figcaption').textContent = name;
  }
  [...box.querySelectorAll('[data-model]')].forEach((row) => figures(row.dataset.model));
  densities();
  if (!likely[face] || !likely[face].pca) ask(face);
}
async function ask(face) {
  const answer = await server.likely({face, language}).catch(() => ({error: say(texts.silent)}));
  if (answer.error) { wait.textContent = answer.error; return; }
  likely[face] = {...answer, ...likely[face]};
  if (face === chosen) densities();
}
async function rest() { // GAN and diffusion
  if (complete || asking) return; // a density that was asked for goes first
  complete = await follow({what: 'in_time'}, have, (records) => {
    have += records.length;
    records.forEach(show);
  }, (text) => { wait.textContent = text; });
  box.dataset.done = complete ? 'yes' : 'no';
  if (!complete && !wait.textContent && box.offsetParent) setTimeout(rest, 500); // another view took its turn
}
async function compute() { // how likely diffusion finds this face; then on with the rest
  asking = true;
  const face = chosen, told = box.querySelector('[data-model=diffusion] output');
  box.querySelector('.compute').hidden = true;
  await follow({what: 'integrated', face}, 0, (records) => {
    const [done, of, bits, error] = records[records.length - 1];
    if (bits !== null) likely[face] = {...likely[face], diffusion: {bits, error}};
    if (face !== chosen) return;
    if (bits === null) told.textContent = say(texts.computing, {p: percent(done / of)});
    else densities();
  }, (text) => { wait.textContent = text; });
  asking = false;
  if (face === chosen) densities();
  rest();
}
box.querySelectorAll('[data-face]').forEach((one) => one.addEventListener('click', () => choose(Number(one.dataset.face))));
box.querySelectorAll('[data-cell]').forEach((one) => one.addEventListener('click', () => choose(Number(one.dataset.cell.split(' ')[1]))));
box.querySelector('.compute').addEventListener('click', compute);
(async () => {
  const answer = await server.table({language}).catch(() => ({error: say(texts.silent)}));
  if (answer.error) { wait.textContent = answer.error; return; }
  found = answer;
  found.portraits.forEach(({name, picture}, i) => {
    Object.assign(box.querySelector(`[data-face="${i}"] img`), {src: picture, alt: name});
    box.querySelectorAll(`[data-cell$=" ${i}"]`).forEach((img) => { img.alt = say(texts.redrawn, {name, model: say(texts[img.dataset.cell.split(' ')[0]])}); });
  });
  found.cells.forEach(show);
  choose(chosen);
  rest();
})();
new ResizeObserver(() => { if (box.offsetParent && found && !complete) rest(); }).observe(box); // the view was opened again
