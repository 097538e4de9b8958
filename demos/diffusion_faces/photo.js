// A face into noise and back. Runs once; see photo.py for the contract.
const {language, number, nothing} = veredas;
const say = (key, facts) => veredas.say(texts[key], facts);
const box = element.querySelector('.own');
box.innerHTML = markup[language];
const at = (selector) => box.querySelector(selector);
const percent = (p) => `${number(100 * p, 0)}${veredas.portuguese ? '\u202f' : ''}%`;
const FRESH = 250; // ms of rest before a new walk begins
// Known to this page alone, and gone with it. Not crypto.randomUUID, which a page in plain http does not have.
veredas.visitor ??= [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const visitor = `${veredas.visitor} photo`; // in the pool another than the one who watches the other views: neither ends the other's work

let face = null; // data URL of 64 x 64 pixels: it lives here and nowhere else
let trip = null; // the way there and back, once it is known: {code, psnr}
let {mode, seed} = first;
let wanted = {}; // smile and pose where a hand, or a link, moved them; else they stand as in the photo
let told = false; // what a link says is known: before that nothing begins
let frames = []; // of the latest way, data URLs: what can be kept of it
let run = 0; // counts what was begun: what comes back of an older one is dropped
let timer = 0;

box.querySelectorAll('img').forEach((img) => { img.src = nothing; });
const figure = (key, picture, caption) => {
  if (picture) at(`.${key} img`).src = picture;
  if (caption !== undefined) at(`.${key} figcaption`).textContent = caption;
};
const hand = (key) => Number(at(`[data-hand=${key}]`).value);
function label() {
  for (const input of box.querySelectorAll('[data-hand]')) {
    const text = input.dataset.hand === 'share' ? percent(input.value) : number(Number(input.value), 1);
    input.parentElement.querySelector('output').textContent = text;
    input.setAttribute('aria-valuetext', text);
  }
  for (const key of ['smile', 'pose']) at(`[data-hand=${key}]`).disabled = !trip; // they begin where the photo stands
  figure('noised', '', say('noised', {p: percent(hand('share'))}));
  figure('back', '', say(mode === 'noise' ? 'back' : 'turned'));
}
const note = (text) => { at('.said').textContent = text; };
async function ask(name, call) { // an answer, or null once its error is said
  try {
    const answer = await server[name]({...call, language});
    if (!answer.error) return answer;
    note(answer.error);
  } catch (error) { note(say('offline')); }
  return null;
}

// ---- a work, watched until it is done ----
async function watchWork(call, news) {
  const mine = ++run;
  frames = [];
  box.setAttribute('aria-busy', 'true');
  let have = 0, done = !await ask('begin', {...call, visitor});
  while (!done && mine === run && box.isConnected) {
    const answer = await ask('more', {visitor, have});
    if (mine !== run || !answer) break;
    have += answer.records.length;
    for (const record of answer.records) news(record, () => mine === run);
    if (answer.ahead) note(say('queue', {n: answer.ahead, s: Math.max(1, Math.round(answer.wait))}));
    done = answer.done;
  }
  if (mine === run) box.setAttribute('aria-busy', 'false');
}
function onTheWay(record) {
  figure('back', record.picture);
  frames.push(record.picture);
  if (record.done < record.of) note(say('way', {n: record.done, of: record.of}));
}

// ---- fresh noise up to t, and back ----
const mixing = veredas.latest(
  (t) => ask('noised', {face, t, seed}),
  (answer) => { if (answer && mode === 'noise') figure('noised', answer.picture); },
);
function comeBack() {
  watchWork({what: 'partway', face, t: hand('share'), seed}, (record) => {
    onTheWay(record);
    if (record.psnr === null) return;
    const db = number(record.psnr, 1);
    note(record.sharp === null ? say('survives_plain', {db}) : say('survives', {db, sharp: percent(record.sharp)}));
    box.dataset.ready = Number(box.dataset.ready || 0) + 1;
  });
}

// ---- backwards along the flow, and forwards with another wish ----
function there() {
  const code = {};
  watchWork({what: 'trip', face}, (record) => {
    onTheWay(record);
    if (record.done <= record.of / 2) note(say('there', {n: record.done, of: record.of / 2}));
    if (record.code) code.found = record.code;
    if (record.psnr === null) return;
    trip = {code: code.found, psnr: record.psnr};
    asInPhoto(Object.keys(wanted).length > 0);
    tripSaid();
    box.dataset.ready = Number(box.dataset.ready || 0) + 1;
  });
}
function tripSaid() { note(say('trip', {db: number(trip.psnr, 1)})); }
const answering = veredas.latest(
  (wish) => ask('by_vae', {face, ...wish}),
  (answer) => { if (answer && mode === 'flow') figure('vae', answer.picture, say('vae')); },
);
const wish = () => ({smile: hand('smile'), pose: hand('pose')});
function forwards() {
  watchWork({what: 'again', face, code: trip.code, ...wish()}, (record) => {
    onTheWay(record);
    if (record.psnr === null) return;
    tripSaid();
    box.dataset.ready = Number(box.dataset.ready || 0) + 1;
  });
}
function asInPhoto(walk = true) { // sliders where the photo itself stands, but for what was moved
  for (const key of ['smile', 'pose']) at(`[data-hand=${key}]`).value = wanted[key] ?? (trip ? trip.code.told[key] : 0);
  label();
  answering(trip ? wish() : {});
  if (walk && trip) forwards();
}

// ---- what the hand does ----
function begin() {
  clearTimeout(timer);
  if (!face || !told) return;
  label();
  if (mode === 'noise') {
    mixing(hand('share'));
    comeBack();
  } else if (trip) asInPhoto();
  else { answering({}); there(); }
}
box.addEventListener('input', ({target}) => {
  label();
  if (['smile', 'pose'].includes(target.dataset.hand)) wanted[target.dataset.hand] = Number(target.value);
  if (!face) return;
  if (mode === 'noise') mixing(hand('share'));
  else if (trip) answering(wish());
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (mode === 'noise') comeBack(); else if (trip) forwards();
    tell();
  }, FRESH);
});
function turn(next) {
  mode = next;
  box.dataset.mode = mode;
  box.querySelectorAll('[data-mode]').forEach((one) => one.setAttribute('aria-selected', one.dataset.mode === mode));
  box.querySelectorAll('[data-for]').forEach((one) => { one.hidden = one.dataset.for !== mode; });
  note('');
}
function open(next) {
  turn(next);
  begin();
  tell();
}
box.querySelectorAll('[data-mode]').forEach((one) => one.addEventListener('click', () => open(one.dataset.mode)));
at('.other').addEventListener('click', () => {
  seed = Math.floor(Math.random() * 100000);
  begin();
  tell();
});
at('.as-is').addEventListener('click', () => {
  wanted = {};
  if (trip) asInPhoto();
  tell();
});
at('.choose').addEventListener('click', () => {
  const pick = element.closest('.own-photo').querySelector('.photo-box input[type=file]');
  if (pick) pick.click();
});
document.addEventListener('framed', async (event) => { // the photo box tells which face it framed
  const home = element.closest('.own-photo');
  if (!home || !home.contains(event.target)) return;
  const {photo, frame} = event.detail, answer = await ask('cut', {photo, frame});
  if (!answer) return;
  if (face) wanted = {}; // of the face before
  face = answer.face;
  trip = null;
  figure('photo', answer.shown, say('photo'));
  begin();
});

// ---- what the address carries: all but the photo ----
const settings = () => ({mode, t: hand('share'), seed, wish: Object.entries(wanted).map(([key, value]) => `${key}:${value}`).join(',')});
function tell() { if (told) props.value = settings(); }
function take(value) {
  if (!value || told && JSON.stringify(value) === JSON.stringify(settings())) return; // our own, coming back
  told = true;
  seed = value.seed;
  at('[data-hand=share]').value = value.t;
  wanted = Object.fromEntries((value.wish || '').split(',').filter(Boolean).map((part) => part.split(':')).map(([key, n]) => [key, Number(n)]));
  turn(value.mode);
  begin();
}
watch('value', () => take(props.value));

// ---- what one keeps ----
const SIDE = 384, GAP = 24; // pixels of a picture
box.addEventListener('keep', async ({detail}) => {
  if (box.getAttribute('aria-busy') !== 'false' || frames.length < 2) return;
  if (detail === 'picture') { veredas.save(sheet(), 'veredas-photo.png'); return; }
  const answer = await ask('animation', {frames});
  if (answer) veredas.save(answer.animation, 'veredas.webp');
});
function sheet() { // the pictures on the stage with what is written under them
  const shown = [...box.querySelectorAll('figure')].filter((one) => one.offsetParent);
  return painted(shown.length * (SIDE + GAP) + GAP, SIDE + 120, (pen, write) => {
    shown.forEach((one, i) => {
      const left = GAP + i * (SIDE + GAP);
      pen.drawImage(one.querySelector('img'), left, GAP, SIDE, SIDE);
      write(one.querySelector('figcaption').textContent, left + SIDE / 2, SIDE + GAP + 24, {align: 'center', most: SIDE});
    });
    write(at('.said').textContent, pen.canvas.width / 2, SIDE + GAP + 64, {ink: '--v-quiet', align: 'center', most: pen.canvas.width - 2 * GAP});
  });
}
box.dataset.mode = mode;
label();
take(props.value);
