// The way from noise to a face: drawn as it is computed, walked back by a slider, branched. See noise.py.
const LONG = 900; // ms of a film that is computed already
const box = element.querySelector('.walk');
const find = (what) => box.querySelector(what);
const slider = find('input'), told = find('output'), wait = find('.wait'), before = find('.before');
const noiseBox = find('.noise img'), faceBox = find('.face img');
slider.setAttribute('aria-label', say(texts.slider));
find('.paces').setAttribute('aria-label', say(texts.steps));
noiseBox.alt = say(texts.noise);
faceBox.alt = say(texts.face);

let recipe = null; // {seed, steps, wish, guidance, branches}
let frames = []; // [t, noise, face] each
let at = 0; // the frame on screen
let playing = false; // the film goes on by itself
let earlier = null; // {recipe, frames}: the way that one branched off

const over = () => recipe && frames.length > recipe.steps;
const key = (one) => JSON.stringify([one.seed, one.steps, one.wish, one.wish && one.guidance, one.branches]);

// ---- what is on screen ----
function put(step) {
  at = step;
  const [t, noise, face] = frames[step];
  noiseBox.src = step === recipe.steps ? face : noise; // the same by then, and larger
  noiseBox.hidden = false;
  faceBox.src = face || veredas.nothing;
  faceBox.hidden = false;
  slider.value = step;
  const said = say(texts.step, {k: step, n: recipe.steps, t: veredas.number(t, 2)});
  told.textContent = said;
  slider.setAttribute('aria-valuetext', said);
  box.dataset.at = step;
  box.dataset.t = t;
  buttons();
}
function buttons() {
  find('.branch').disabled = !over() || at < 1 || at >= recipe.steps;
  for (const one of box.querySelectorAll('.paces button')) one.setAttribute('aria-pressed', Number(one.dataset.steps) === recipe.steps);
  const asked = find('.asked');
  asked.hidden = !recipe.wish;
  asked.textContent = recipe.wish ? `${say(texts.asked)} ${inWords(recipe.wish)} ` : '';
  if (recipe.wish) asked.append(clear);
}
function inWords(wish) {
  return wish.split(',').map((part) => part.split(':')).map(([name, value]) => `${say(texts.names[name] || [name, name])} ${veredas.number(Number(value), name === 'age' || name === 'brightness' ? 0 : 1)}`).join('; ');
}
const clear = document.createElement('button');
Object.assign(clear, {type: 'button', textContent: say(texts.clear), onclick: () => go({...recipe, wish: ''})});

// ---- the film ----
let last = 0;
function tick(now) {
  if (!playing) return;
  if (at + 1 < frames.length && now - last >= LONG / recipe.steps) { last = now; put(at + 1); }
  if (over() && at >= recipe.steps) { playing = false; box.dataset.ready = 'yes'; return; }
  requestAnimationFrame(tick);
}
function play(from) {
  if (!frames.length) return;
  if (still) { put(over() ? recipe.steps : from); box.dataset.ready = over() ? 'yes' : 'no'; return; }
  put(from);
  last = performance.now();
  if (!playing) { playing = true; requestAnimationFrame(tick); }
}
async function compute() { // from where the records end
  const mine = recipe;
  const done = await follow({what: 'frames', ...recipe}, frames.length, (records) => {
    const first = !frames.length;
    frames.push(...records);
    if (first) play(0);
    else if (still && over()) play(0);
  }, (text) => { wait.textContent = text; });
  if (done && mine === recipe) { buttons(); box.dataset.done = 'yes'; }
}
function begin(next, known = []) {
  playing = false;
  recipe = next;
  frames = known;
  slider.max = recipe.steps;
  box.dataset.ready = box.dataset.done = 'no';
  buttons();
  if (frames.length) play(frames.length - 1);
  compute();
}
function go(next, known) { // by a hand: the page hears of it
  compare(null);
  begin(next, known);
  tell();
}
function tell() { props.value = {...recipe}; }

// ---- branches ----
function compare(way) {
  earlier = way;
  before.hidden = !way;
  if (!way) return;
  const image = before.querySelector('img');
  image.src = way.frames[way.recipe.steps][2];
  image.alt = say(texts.before);
  before.querySelector('figcaption').textContent = say(texts.before);
}
function branch() {
  const step = at, way = {recipe, frames};
  const kept = recipe.branches ? recipe.branches.split('-').filter((one) => parseInt(one, 10) < step) : [];
  const known = frames.slice(0, step); // the frame of the step itself changes: other noise
  begin({...recipe, branches: [...kept, `${step}.${draw()}`].join('-')}, known);
  compare(way);
  tell();
}
before.querySelector('button').addEventListener('click', () => { // the two change places
  const back = earlier, here = {recipe, frames};
  if (!over()) return;
  recipe = back.recipe;
  frames = back.frames;
  playing = false;
  put(recipe.steps);
  compare(here);
  tell();
});

// ---- by hand ----
slider.addEventListener('input', () => { playing = false; if (frames.length) put(Math.min(Number(slider.value), frames.length - 1)); });
find('.play').addEventListener('click', () => { if (over()) play(0); });
find('.another').addEventListener('click', () => go({...recipe, seed: draw(), branches: ''}));
find('.branch').addEventListener('click', branch);
for (const one of box.querySelectorAll('.paces button')) {
  one.addEventListener('click', () => go({...recipe, steps: Number(one.dataset.steps), branches: ''}));
}
element.closest('.asked')?.addEventListener('answered', () => { if (over()) play(0); }); // it was veiled

function take(value) {
  if (recipe && key(value) === key(recipe)) { if (!over()) compute(); return; }
  compare(null);
  begin({...value});
}
receive(take);

// ---- what one keeps ----
box.addEventListener('keep', async ({detail}) => {
  if (!over()) return;
  const name = `veredas-${recipe.seed}`;
  if (detail === 'face') { veredas.save(frames[recipe.steps][2], `${name}.png`); return; }
  const answer = await server.animation({...recipe, visitor: veredas.visitor, language}).catch(() => ({error: say(texts.silent)}));
  if (answer.error) wait.textContent = answer.error;
  else veredas.save(answer.animation, `${name}.webp`);
});
