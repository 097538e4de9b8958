// A visitor's photo, the frame on it, and what the VAE makes of it. Runs once; see photo_box.py for the contract.
const {language, number} = veredas;
const say = (key, facts) => veredas.say(texts[key], facts);
const box = element.querySelector('.photo-box');
const LONGEST = 1024; // pixels of the photo that is sent
const QUALITY = 0.92;
const canPreview = Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
const byHand = matchMedia('(pointer: coarse)').matches; // a phone's own camera is better than a preview in the page

box.innerHTML = markup[language];
const has = {hand: byHand, mouse: !byHand, camera: !byHand && canPreview};
box.querySelectorAll('[data-only]').forEach((one) => { if (!has[one.dataset.only]) one.remove(); });
const at = (selector) => box.querySelector(selector);
if (byHand) at('.drop').textContent = ''; // nothing is dropped by a hand
box.querySelectorAll('.three img').forEach((img) => { img.src = veredas.nothing; });
const svg = at('svg'), outline = at('.frame'), told = at('.told');

let photo = null; // {url, width, height}: it lives here and nowhere else
let faces = []; // frames that were found, each [x, y, size, angle] in pixels of the photo
let frame = null;
let reading = null; // the last answer for this photo
let visit = 0; // counts files: what comes back for an older one is dropped
let failed = false; // whether the sentence is an error

// ---- a photo comes in ----
async function ask(name, call) { // an answer, or null once its error is said
  try {
    const answer = await server[name]({...call, language});
    if (!answer.error) return answer;
    told.textContent = answer.error;
  } catch (error) { told.textContent = say('offline'); }
  failed = true;
  return null;
}
async function take(blob) {
  if (!blob) return;
  const mine = ++visit;
  told.textContent = say('working');
  let url = await photoFile.scaled(blob, LONGEST, QUALITY).catch(() => '');
  if (!url) { // Python reads it, or says what is wrong with it
    const sent = await photoFile.whole(blob).catch(() => '');
    const answer = mine === visit && await ask('open_photo', {photo: sent});
    url = answer ? answer.photo : '';
  }
  if (url && mine === visit) await begin(url, mine);
}
async function begin(url, mine) {
  const found = await ask('find_faces', {photo: url});
  if (!found || mine !== visit) return;
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  photo = {url, width: picture.naturalWidth, height: picture.naturalHeight};
  faces = found.faces;
  frame = found.start;
  reading = null;
  failed = false;
  drop();
  const n = faces.length;
  told.textContent = say(n > 1 ? 'several' : n ? 'one' : 'none', {n});
  show();
  draw();
  if (matchMedia('(max-width: 700px)').matches) box.scrollIntoView({block: 'start'}); // photo and result together
  encode();
}
function show() {
  box.dataset.state = photo ? 'photo' : exampled ? 'example' : '';
  at('.by-hand').hidden = !photo;
  at('.work').hidden = !photo && !exampled;
  at('.forget').hidden = !photo;
  outline.setAttribute('tabindex', photo ? 0 : -1);
  present(photo || {url: '', width: 1, height: 1});
}
function present({url, width, height}) {
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const image = svg.querySelector('image');
  for (const [name, value] of Object.entries({href: url, width, height})) image.setAttribute(name, value);
  svg.style.setProperty('--ratio', width / height);
  svg.toggleAttribute('data-seen', Boolean(url));
}
function tell(answer) { // what the VAE makes of a face
  ['aligned', 'reconstruction', 'error_map'].forEach((key) => { at(`img.${key}`).src = answer[key]; });
  ['psnr', 'recon', 'kl'].forEach((key) => { at(`[data-fact=${key}]`).textContent = number(answer[key], 1); });
}

// ---- an example, until there is a photo: seen, not touched ----
async function example() {
  if (!exampled) return;
  const answer = await ask('show_example', {});
  if (!answer || photo) return;
  const picture = new Image();
  picture.src = answer.photo;
  await picture.decode();
  if (photo) return;
  present({url: answer.photo, width: picture.naturalWidth, height: picture.naturalHeight});
  outline.setAttribute('transform', place(answer.frame));
  tell(answer.reading);
  told.textContent ||= say('example');
  framed(answer.photo, answer.frame);
}
function framed(url, place) { // to what else on the page works on the face: in the browser alone
  box.dispatchEvent(new CustomEvent('framed', {bubbles: true, detail: {photo: url, frame: place}}));
}
function forget() {
  visit += 1;
  reading = null;
  drop();
  photo = frame = null;
  faces = [];
  told.textContent = '';
  at('.unusual').hidden = true;
  at('.unusual ol').textContent = '';
  box.querySelectorAll('.three img').forEach((img) => { img.src = veredas.nothing; });
  show();
  props.value = {mu: [], sigma: []};
  box.dispatchEvent(new CustomEvent('forgotten', {bubbles: true}));
  example();
}
watch('value', () => { if (photo && reading && !props.value.mu.length) forget(); }); // Python may send it away
box.querySelectorAll('input[type=file]').forEach((input) => input.addEventListener('change', () => {
  take(input.files[0]);
  input.value = '';
}));
at('.forget').addEventListener('click', forget);
box.addEventListener('dragover', (event) => { event.preventDefault(); box.classList.add('over'); });
box.addEventListener('dragleave', () => box.classList.remove('over'));
box.addEventListener('drop', (event) => { event.preventDefault(); box.classList.remove('over'); take(event.dataTransfer.files[0]); });
document.addEventListener('paste', (event) => {
  const first = [...document.querySelectorAll('.photo-box')].find((one) => one.offsetParent);
  if (first !== box || event.target.closest('input:not([type=range]), textarea')) return;
  take([...event.clipboardData.files].find((one) => one.type.startsWith('image/')));
});

// ---- the camera: asked for only here, and let go of at once ----
const video = at('video');
let stream = null;
async function openCamera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'user', width: {ideal: 1280}}, audio: false});
  } catch (error) { told.textContent = say('camera_refused'); return; }
  if (!box.offsetParent) { closeCamera(); return; }
  told.textContent = '';
  at('.camera').hidden = false;
  video.srcObject = stream;
  await video.play().catch(() => {});
  at('.shoot').focus();
}
function closeCamera() {
  if (stream) stream.getTracks().forEach((track) => track.stop());
  stream = video.srcObject = null;
  at('.camera').hidden = true;
}
async function shoot() {
  if (!video.videoWidth) return;
  const url = photoFile.drawn(video, video.videoWidth, video.videoHeight, LONGEST, QUALITY), mine = ++visit;
  closeCamera();
  told.textContent = say('working');
  await begin(url, mine);
}
if (at('button.take')) at('button.take').addEventListener('click', openCamera);
at('.shoot').addEventListener('click', shoot);
at('.cancel').addEventListener('click', closeCamera);
new ResizeObserver(() => { if (!box.offsetParent) closeCamera(); else draw(); }).observe(box); // another tab was opened

// ---- the frame, drawn and moved ----
const place = ([x, y, size, angle]) => `translate(${x} ${y}) rotate(${angle * 180 / Math.PI}) scale(${size})`;
function draw() {
  if (!photo) return;
  outline.setAttribute('transform', place(frame));
  const pixel = Math.max(photo.width / svg.clientWidth, photo.height / svg.clientHeight); // of the screen, in the photo's
  outline.querySelectorAll('.corner').forEach((corner, i) => corner.setAttribute('r', Math.min([22, 13][i] * pixel / frame[2], 0.3)));
  const rest = faces.filter((face) => face.some((value, i) => value !== frame[i]));
  at('.others').innerHTML = faces.length < 2 ? '' : rest.map((face) => `<rect data-face="${faces.indexOf(face)}" tabindex="0" role="button"
    aria-label="${say('other')}" transform="${place(face)}" x="-.5" y="-.5" width="1" height="1"/>`).join('');
  const [x, y, size, angle] = frame;
  const parts = {across: x / photo.width, down: y / photo.height, size: Math.log2(size / Math.min(photo.width, photo.height)), turn: angle * 180 / Math.PI};
  box.querySelectorAll('[data-part]').forEach((input) => { input.value = parts[input.dataset.part]; });
}
function put(x, y, size, angle) {
  const turn = Math.atan2(Math.sin(angle), Math.cos(angle)), longest = Math.max(photo.width, photo.height);
  frame = [Math.min(Math.max(x, 0), photo.width), Math.min(Math.max(y, 0), photo.height), Math.min(Math.max(size, 8), 2 * longest), turn];
  draw();
  encode();
}
function placed() { told.textContent = say('placed'); }
box.querySelectorAll('[data-part]').forEach((input) => input.addEventListener('input', () => {
  let [x, y, size, angle] = frame; // the others stay exactly as they are, whatever their sliders round to
  const value = Number(input.value);
  if (input.dataset.part === 'across') x = value * photo.width;
  if (input.dataset.part === 'down') y = value * photo.height;
  if (input.dataset.part === 'size') size = 2 ** value * Math.min(photo.width, photo.height);
  if (input.dataset.part === 'turn') angle = value * Math.PI / 180;
  put(x, y, size, angle);
  placed();
}));
outline.addEventListener('keydown', (event) => {
  if (!photo || event.ctrlKey || event.metaKey || event.altKey) return;
  const [x, y, size, angle] = frame, step = size * (event.shiftKey ? 0.05 : 0.01);
  const moves = {ArrowLeft: [-step, 0, 1, 0], ArrowRight: [step, 0, 1, 0], ArrowUp: [0, -step, 1, 0], ArrowDown: [0, step, 1, 0],
    '+': [0, 0, 1.03, 0], '=': [0, 0, 1.03, 0], '-': [0, 0, 1 / 1.03, 0], '[': [0, 0, 1, -0.02], ']': [0, 0, 1, 0.02]};
  if (!moves[event.key]) return;
  event.preventDefault();
  const [dx, dy, growth, turn] = moves[event.key];
  put(x + dx, y + dy, size * growth, angle + turn);
  placed();
});

// One finger moves the frame; two fingers, or the corner about the middle, also turn and resize it.
const fingers = new Map();
let grip = null; // where the hand took hold: {points, frame}
let moved = false; // said once the hand is off: a longer or shorter sentence shifts the photo
function point(event) {
  const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [x, y];
}
function hold(corner) {
  const points = [...fingers.values()];
  grip = fingers.size ? {corner, frame: [...frame], points: corner ? [frame.slice(0, 2), points[0]] : points.slice(0, 2)} : null;
}
function drag() {
  const [a, b] = grip.points, [x, y, size, angle] = grip.frame, now = [...fingers.values()];
  const [c, d] = grip.corner ? [a, now[0]] : now;
  if (!b) { put(x + c[0] - a[0], y + c[1] - a[1], size, angle); return; }
  const before = [b[0] - a[0], b[1] - a[1]], after = [d[0] - c[0], d[1] - c[1]];
  const growth = Math.hypot(...after) / Math.max(Math.hypot(...before), 1e-6);
  const turn = Math.atan2(after[1], after[0]) - Math.atan2(before[1], before[0]);
  const cos = Math.cos(turn) * growth, sin = Math.sin(turn) * growth, from = [x - a[0], y - a[1]];
  put(c[0] + cos * from[0] - sin * from[1], c[1] + sin * from[0] + cos * from[1], size * growth, angle + turn);
}
outline.addEventListener('pointerdown', (event) => {
  if (!photo || event.target.classList.contains('outside') || fingers.size === 2) return;
  event.preventDefault();
  outline.focus({preventScroll: true});
  outline.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, point(event));
  hold(fingers.size === 1 && event.target.classList.contains('corner'));
});
outline.addEventListener('pointermove', (event) => {
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, point(event));
  drag();
  moved = true;
});
['pointerup', 'pointercancel'].forEach((kind) => outline.addEventListener(kind, (event) => {
  if (!fingers.delete(event.pointerId)) return;
  hold(false);
  if (moved && !fingers.size) { moved = false; placed(); }
  publish();
}));
function pick(event) {
  const chosen = event.target.closest('[data-face]');
  if (!chosen || (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  put(...faces[chosen.dataset.face]);
}
at('.others').addEventListener('click', pick);
at('.others').addEventListener('keydown', pick);

// ---- encoding: the latest frame wins ----
const encoding = veredas.latest(
  (place) => ask('encode_face', {photo: photo.url, frame: place}),
  (answer) => {
    if (!answer) return;
    reading = answer;
    if (failed) { failed = false; told.textContent = ''; }
    tell(answer);
    box.dataset.ready = Number(box.dataset.ready || 0) + 1;
  },
  () => { box.setAttribute('aria-busy', 'false'); publish(); },
);
function encode() {
  box.setAttribute('aria-busy', 'true');
  encoding(frame);
}
function drop() { // what is on its way is of an older photo
  encoding.drop();
  judging.drop();
}
function publish() { // what depends on mu follows when the hand rests
  if (!photo || !reading || encoding.moving() || fingers.size) return;
  props.value = {mu: reading.mu, sigma: reading.sigma};
  framed(photo.url, frame);
  if (!judged) return;
  judging.drop(); // of an older frame
  judging(frame);
}

// ---- how unusual the photo is, as it is and spoilt ----
const MEASURES = ['elbo', 'reconstruction', 'distance'];
function share(p) { // the last quantile is the last face: beyond it nothing is known
  const [sign, shown] = p > 99.9 ? ['> ', 99.9] : p < 0.1 ? ['< ', 0.1] : ['', p];
  return `${sign}${number(shown, shown >= 1 && shown <= 99 ? 0 : 1)}${veredas.portuguese ? '\u202f' : ''}%`;
}
const judging = veredas.latest((place) => ask('judge_photo', {photo: photo.url, frame: place}), (answer) => {
  if (!answer) return;
  const row = (key, p) => `<div><dt>${say(`by_${key}`)}</dt><dd class="${p > 95 ? 'odd' : ''}">${share(p)}</dd></div>`;
  at('.unusual ol').innerHTML = answer.looks.map((look) => `<li><img src="${look.picture}" alt=""><b>${say(`change_${look.change}`)}</b>
    <dl>${MEASURES.map((key) => row(key, look.percentiles[key])).join('')}</dl></li>`).join('');
  at('.unusual').hidden = false;
});

show();
example();
