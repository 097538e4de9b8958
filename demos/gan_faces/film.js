// A film to play or to leaf through. Runs once, when the component appears; see film.py for the contract.
const {language, say} = veredas;
const STEP = 650; // ms that a stop stays, at least
const LONG = 5400; // ms of a film that is not played stop by stop
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const film = element.querySelector('.gan-film');
const [first, now, last] = film.querySelectorAll('figure');
const slider = film.querySelector('input'), button = film.querySelector('button');
slider.setAttribute('aria-label', say(texts.slider));

let value = null; // what is shown, with the pictures that came since
let asked = {}; // stop -> the answer on its way
let playing = null; // the run of the film, while it plays
let at = 0; // the stop on screen

function take(given) {
  if (!given || !given.frames || !given.frames.length) return;
  const same = value && value.key === given.key && value.there === given.there;
  if (same) return; // opened again: it stays where the hand left it
  stop();
  go.drop();
  value = {...given, frames: [...given.frames]};
  asked = {};
  slider.max = value.frames.length - 1;
  now.querySelector('figcaption').hidden = !value.labels.length;
  put(given.frames[given.at], given.at);
  [[first, 0], [last, value.frames.length - 1]].forEach(([figure, stop], i) => {
    figure.querySelector('figcaption').textContent = value.ends[i];
    const mine = value;
    Promise.resolve(frame(stop)).then((picture) => { if (mine === value) paint(figure, picture, value.ends[i]); });
  });
}
function frame(stop) { // asked for once
  const mine = value;
  asked[stop] ??= mine.frames[stop] || server.frame({at: stop, key: mine.key, language})
    .catch(() => ({error: say(texts.offline)}))
    .then((answer) => {
      if (mine !== value) return '';
      if (answer.error) { delete asked[stop]; tell(answer.error); return ''; }
      mine.frames[stop] = answer.picture;
      return answer.picture;
    });
  return asked[stop];
}
function paint(figure, picture, what) {
  if (!picture) return;
  const image = figure.querySelector('img');
  Object.assign(image, {src: picture, alt: `${say(texts.alt)}${what ? `: ${what}` : ''}`, hidden: false});
}
function tell(text) {
  const caption = now.querySelector('figcaption');
  caption.textContent = text;
  if (text) caption.hidden = false;
}
function put(picture, stop) {
  at = stop;
  slider.value = stop;
  show(picture, stop);
}
function show(picture, stop) {
  if (!picture) return;
  paint(now, picture, value.labels[stop] || '');
  tell(value.labels[stop] || '');
  slider.setAttribute('aria-valuetext', value.labels[stop] || `${stop} / ${slider.max}`);
  film.dataset.ready = 'yes';
  film.dataset.at = stop;
}

// ---- by hand: the latest move wins ----
const rested = () => trigger('rested', {at});
const go = veredas.latest(frame, (picture, stop) => { at = stop; show(picture, stop); }, rested, 200);
slider.addEventListener('input', () => { stop(); go(Number(slider.value)); });

// ---- played once ----
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const tick = () => new Promise((done) => { requestAnimationFrame(done); });
function stop() {
  playing = null;
  button.setAttribute('aria-pressed', 'false');
}
button.addEventListener('click', async () => {
  if (playing) { stop(); return; }
  if (!value) return;
  const mine = playing = {};
  button.setAttribute('aria-pressed', 'true');
  await (value.there === 'steps' ? steps(mine) : way(mine));
  if (mine === playing) { stop(); rested(); }
});
async function steps(mine) { // none is left out, however slow the machine; the next is drawn meanwhile
  for (let stop = 0; stop < value.frames.length; stop += 1) {
    const [picture] = await Promise.all([frame(stop), stop ? pause(STEP) : null]);
    if (mine !== playing) return;
    put(picture, stop);
    if (stop + 1 < value.frames.length) frame(stop + 1);
  }
}
async function way(mine) { // by the clock, in 24 pictures at least; the way back uses what the way there has drawn
  const end = value.frames.length - 1, back = value.there === 'back';
  for (let t = 0, before = performance.now(); t < 1;) {
    const time = performance.now();
    t = Math.min(1, t + Math.min((time - before) / LONG, 1 / 24));
    before = time;
    const share = back ? 1 - Math.abs(1 - 2 * t) : t;
    const wanted = still ? Math.round(share * 4) / 4 : share; // five pictures, no motion
    const near = nearest(Math.round(wanted * end), back && t > 0.5);
    const picture = await frame(near);
    if (mine !== playing) return;
    if (near !== at || t === 1) put(picture, near);
    await tick();
  }
}
function nearest(stop, drawn) {
  if (!drawn) return stop;
  const there = value.frames.map((picture, i) => (picture ? i : -1)).filter((i) => i >= 0);
  return there.reduce((best, i) => (Math.abs(i - stop) < Math.abs(best - stop) ? i : best), there[0]);
}
watch('value', () => take(props.value));
take(props.value);
