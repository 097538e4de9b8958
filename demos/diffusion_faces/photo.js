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
let mode = 'noise';
let seed = first.seed;
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
const tell = (text) => { at('.said').textContent = text; };
async function ask(name, call) { // an answer, or null once its error is said
  try {
    const answer = await server[name]({...call, language});
    if (!answer.error) return answer;
    tell(answer.error);
  } catch (error) { tell(say('offline')); }
  return null;
}

// ---- a work, watched until it is done ----
async function watchWork(call, news) {
  const mine = ++run;
  box.setAttribute('aria-busy', 'true');
  let have = 0, done = !await ask('begin', {...call, visitor});
  while (!done && mine === run && box.isConnected) {
    const answer = await ask('more', {visitor, have});
    if (mine !== run || !answer) break;
    have += answer.records.length;
    for (const record of answer.records) news(record, () => mine === run);
    if (answer.ahead) tell(say('queue', {n: answer.ahead, s: Math.max(1, Math.round(answer.wait))}));
    done = answer.done;
  }
  if (mine === run) box.setAttribute('aria-busy', 'false');
}
function onTheWay(record) {
  if (record.picture) figure('back', record.picture);
  if (record.done < record.of) tell(say('way', {n: record.done, of: record.of}));
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
    tell(record.sharp === null ? say('survives_plain', {db}) : say('survives', {db, sharp: percent(record.sharp)}));
    box.dataset.ready = Number(box.dataset.ready || 0) + 1;
  });
}

// ---- backwards along the flow, and forwards with another wish ----
function there() {
  const code = {};
  watchWork({what: 'trip', face}, (record) => {
    onTheWay(record);
    if (record.done <= record.of / 2) tell(say('there', {n: record.done, of: record.of / 2}));
    if (record.code) code.found = record.code;
    if (record.psnr === null) return;
    trip = {code: code.found, psnr: record.psnr};
    asInPhoto(false);
    tripSaid();
    box.dataset.ready = Number(box.dataset.ready || 0) + 1;
  });
}
function tripSaid() { tell(say('trip', {db: number(trip.psnr, 1)})); }
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
function asInPhoto(walk = true) { // sliders where the photo itself stands
  for (const key of ['smile', 'pose']) at(`[data-hand=${key}]`).value = trip ? trip.code.told[key] : 0;
  label();
  answering(trip ? wish() : {});
  if (walk && trip) forwards();
}

// ---- what the hand does ----
function begin() {
  clearTimeout(timer);
  if (!face) return;
  label();
  if (mode === 'noise') {
    mixing(hand('share'));
    comeBack();
  } else if (trip) asInPhoto();
  else { answering({}); there(); }
}
box.addEventListener('input', () => {
  label();
  if (!face) return;
  if (mode === 'noise') mixing(hand('share'));
  else if (trip) answering(wish());
  clearTimeout(timer);
  timer = setTimeout(() => { if (mode === 'noise') comeBack(); else if (trip) forwards(); }, FRESH);
});
function open(next) {
  mode = next;
  box.dataset.mode = mode;
  box.querySelectorAll('[data-mode]').forEach((one) => one.setAttribute('aria-selected', one.dataset.mode === mode));
  box.querySelectorAll('[data-for]').forEach((one) => { one.hidden = one.dataset.for !== mode; });
  tell('');
  begin();
}
box.querySelectorAll('[data-mode]').forEach((one) => one.addEventListener('click', () => open(one.dataset.mode)));
at('.other').addEventListener('click', () => {
  seed = Math.floor(Math.random() * 100000);
  begin();
});
at('.as-is').addEventListener('click', () => { if (trip) asInPhoto(); });
at('.choose').addEventListener('click', () => {
  const pick = element.closest('.own-photo').querySelector('.photo-box input[type=file]');
  if (pick) pick.click();
});
document.addEventListener('framed', async (event) => { // the photo box tells which face it framed
  const home = element.closest('.own-photo');
  if (!home || !home.contains(event.target)) return;
  const {photo, frame} = event.detail, answer = await ask('cut', {photo, frame});
  if (!answer) return;
  face = answer.face;
  trip = null;
  figure('photo', answer.shown, say('photo'));
  begin();
});
box.dataset.mode = mode;
label();
