// The network stepped, trained, edited: what a hand does. Drawn by numbers_draw.js; see numbers.py.
const PACE = 500, EVERY = 45, MOST = 250; // steps a second; ms between two drawings; steps of one frame at most
const LIGHT = 350; // ms that each layer takes to light up
const note = find('.note'), textBox = find('textarea'), rate = find('.rate input');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

// ---- the forward pass lights up, layer by layer ----
let waves = [];
function wave() {
  waves.forEach(clearTimeout);
  waves = [];
  drawing.dataset.lit = still || playing ? LAYERS : 0;
  if (still || playing) return;
  for (let layer = 1; layer <= LAYERS; layer++) waves.push(setTimeout(() => { drawing.dataset.lit = layer; }, LIGHT * layer));
}

// ---- what a hand does ----
function touch(layer, unit) { // layer: of the numbers, which lie before the unit
  touched = {layer, unit};
  buildSum();
  draw();
}
function press(layer, unit) {
  if (layer > 0) touch(layer - 1, unit);
  else if (data.shares.length) another(unit);
}
function another(word) { // its next example; of those that say the same, one
  const same = data.examples.map((_, i) => i).filter((i) => inputOf(i) === word);
  const different = same.filter((i, n) => same.findIndex((j) => data.examples[j][1] === data.examples[i][1]) === n);
  const at = different.findIndex((i) => data.examples[i][1] === data.examples[example][1]);
  if (different.length) choose(different[inputOf(example) === word ? (at + 1) % different.length : 0]);
}
function choose(i) {
  [example, before] = [i, null];
  draw();
  wave();
}
function change(place, input) {
  const value = read(input.value);
  hand = true;
  for (const one of find('.on-stage').querySelectorAll('[aria-invalid]')) one.removeAttribute('aria-invalid');
  if (value === null) {
    tell(say(texts.bad, {typed: input.value.trim().slice(0, 12)}));
    input.value = short(weights[place]);
    input.setAttribute('aria-invalid', 'true'); // stays marked until another number is written
    return;
  }
  if (input.value.trim() === short(weights[place])) return; // what is written there is rounded
  weights = weights.map((w, i) => (i === place ? value : w));
  [edited, before] = [true, null];
  tell();
  buildSum();
  draw();
  wave();
  keep();
}
function read(text) { // 1,5 or 1.5; null for what is no number that fits
  const plain = text.trim().replace('−', '-').replace(',', '.');
  const value = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  return Math.abs(value) <= net.LARGEST ? value : null;
}

// ---- training ----
function advance(i) {
  const after = net.step(weights, ...data.examples[i], told.activation, told.rate);
  if (!after) {
    stop();
    tell(say(texts.diverged));
    return false;
  }
  weights = after;
  steps += 1;
  return true;
}
let turn = 0; // of the examples, while it plays
function play() {
  let last = performance.now(), owed = 0, drawn = 0;
  before = null;
  tell();
  const frame = (now) => {
    if (!box.checkVisibility()) { stop(); return; }
    owed = Math.min(owed + (now - last) * PACE / 1000, MOST);
    last = now;
    for (; owed >= 1; owed--, turn = (turn + 1) % data.examples.length) if (!advance(turn)) { draw(); return; }
    if (now - drawn >= EVERY) { drawn = now; draw(); }
    playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  label();
  wave();
}
function stop() {
  if (!playing) return;
  cancelAnimationFrame(playing);
  playing = 0;
  label();
  keep();
}
function tell(error) { // what a hand may do, or what went wrong
  note.textContent = error || say(texts.hint);
  note.classList.toggle('told', Boolean(error));
}
function label() {
  const button = find('.play');
  button.textContent = say(playing ? texts.pause : texts.play);
  button.dataset.playing = playing ? 'yes' : 'no';
}
function some(list) { // one step each
  stop();
  hand = true;
  tell();
  const {p} = now();
  list.every(advance);
  before = p;
  draw();
  wave();
  keep();
}
find('.play').onclick = () => { hand = true; if (playing) { stop(); draw(); } else play(); };
find('.one').onclick = () => some([example]);
find('.epoch').onclick = () => some([...data.examples.keys()]);
find('.again').onclick = () => { hand = true; begin({...told, weights: ''}); };
find('.seed').onclick = () => { hand = true; begin({...told, weights: '', seed: 1 + Math.floor(Math.random() * 999)}); };
rate.oninput = () => { hand = true; told.rate = first.rates[rate.value]; drawRate(); drawSum(now()); };
rate.onchange = () => keep();
textBox.onchange = () => {
  const text = textBox.value.trim() === first.text[veredas.language] ? '' : textBox.value;
  hand = true;
  begin({...told, task: 'words', text, weights: ''});
};
for (const name of ['task', 'activation']) {
  find(`select.${name}`).setAttribute('aria-label', say(texts[name]));
  find(`select.${name}`).onchange = ({target}) => { hand = true; begin({...told, [name]: target.value, weights: ''}); };
}
for (const option of box.querySelectorAll('.task option')) option.textContent = say(texts[option.value]);
function drawRate() {
  rate.value = first.rates.indexOf(told.rate);
  find('.rate output').textContent = number(told.rate, Math.max(0, -Math.floor(Math.log10(told.rate))));
  rate.setAttribute('aria-valuetext', find('.rate output').textContent);
}

// ---- a recipe: what it begins with, what the address says, what it becomes ----
const begin = veredas.latest(async (next) => {
  stop();
  const language = veredas.language, words = next.text ? server.language99({text: next.text, language}) : {data: first.words[language]};
  const begun = next.weights ? {weights: next.weights.split(' ').map(Number)} : next.seed === first.told.seed ? first : server.start99({seed: next.seed, language});
  return [await begun, await (next.task === 'points' ? {data: first.points} : words)];
}, ([begun, found], next) => {
  tell(begun.error);
  find('.wrong').textContent = found.error ? `${found.error} ${say(texts.kept)}` : '';
  textBox.setAttribute('aria-invalid', Boolean(found.error));
  if (begun.error || found.error) return; // what was there stays
  [told, data, weights] = [next, found.data, begun.weights];
  [steps, losses, before, example, turn, edited] = [0, [], null, 0, 0, Boolean(next.weights)];
  show();
  keep();
});
function show() {
  textBox.value = told.text || first.text[veredas.language];
  for (const name of ['task', 'activation']) find(`select.${name}`).value = told[name];
  find('.text').hidden = told.task === 'points'; // they have no sentences
  find('.seed b').textContent = told.seed;
  drawRate();
  label();
  buildCells();
  buildSide();
  buildSum();
  lay();
  wave();
}
let kept = JSON.stringify(told);
function keep() {
  told.weights = edited ? weights.map((w) => +w.toFixed(3)).join(' ') : '';
  kept = JSON.stringify(told);
  if (hand) props.value = {...told, hand};
}
watch('value', () => { // from the address; a hand was quicker: what it did stays
  const value = props.value;
  if (hand || !value || JSON.stringify({...told, ...value}) === kept) return;
  begin({...told, ...value});
});
new ResizeObserver(lay).observe(drawing);
tell();
show();
if (props.value) begin({...told, ...props.value});
