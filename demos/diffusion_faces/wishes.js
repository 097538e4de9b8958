// A face that follows what is asked of it, or sixteen in its place. See wishes.py.
const box = element.querySelector('.told');
const find = (what) => box.querySelector(what);
const large = find('.large'), sheet = find('.sheet'), wait = find('.wait'), rows = find('.rows'), many = find('.many');
const strong = find('.strong input'), strength = find('.strength');
large.alt = say(texts.face);
for (let i = 0; i < 16; i += 1) sheet.append(Object.assign(document.createElement('img'), {alt: '', src: veredas.nothing}));

let seed = null, guidance = 2, sixteen = false;
let asks = []; // {name, input, output, open} a slider
const wish = () => asks.filter((one) => !one.open.checked).map((one) => `${one.name}:${Number(one.input.value)}`).join(',');
const asked = (what) => ({what, seed, wish: wish(), guidance});
const waits = (text) => { wait.textContent = text; };

// ---- the words beside the sliders ----
function last(list, value) { // of [from, words], those of the last `from` that is reached
  return say(list.filter(([from]) => value >= from).at(-1)[1]);
}
function refresh() {
  for (const one of asks) {
    const value = Number(one.input.value), years = one.name === 'age';
    const words = years ? say(texts.years, {n: value}) : last(texts.words[one.name], value);
    one.output.textContent = one.open.checked ? '' : words;
    one.input.setAttribute('aria-valuetext', one.output.textContent || say(texts.open));
    one.row.classList.toggle('free', one.open.checked);
  }
  strong.value = guidance;
  find('.strong output').textContent = veredas.number(guidance, 1);
  strength.textContent = last(texts.strengths, guidance);
  many.textContent = say(sixteen ? texts.one : texts.sixteen);
  many.setAttribute('aria-pressed', sixteen);
}

// ---- faces ----
function show(face) {
  large.src = face;
  large.hidden = sixteen;
  box.dataset.ready = 'yes';
}
async function draw16() {
  box.dataset.done = 'no';
  const mine = asked('sixteen');
  const done = await follow(mine, 0, (records) => records.forEach(([place, face]) => {
    if (!face) return;
    sheet.children[place].src = face;
    if (!place) show(face);
  }), waits);
  if (done) box.dataset.done = 'yes';
}
let drawn = ''; // what the face on screen was asked
const asking = () => JSON.stringify(asked('one'));
async function one(what) { // the face, once it is there
  let face = '';
  const done = await follow(JSON.parse(what), 0, (records) => { face = records.at(-1)[1]; }, waits);
  return done ? face : '';
}
const move = veredas.latest((what) => (sixteen ? '' : one(what)), (face, what) => {
  if (!face) return;
  show(face);
  drawn = what;
}, () => {
  if (sixteen) draw16();
  else if (drawn === asking()) box.dataset.done = 'yes';
}, 200);
function compute() {
  box.dataset.done = 'no';
  move(asking());
}
function stir() { // by a hand
  refresh();
  compute();
  clearTimeout(telling);
  telling = setTimeout(tell, 300);
}
let telling = 0;
function tell() { // the page hears of it once the hand rests
  clearTimeout(telling);
  telling = 0;
  props.value = {seed, wish: wish(), guidance, branches: ''};
}

// ---- by hand ----
function row({name, title, low, high, mean}) {
  const made = Object.assign(document.createElement('div'), {className: 'row free'});
  const label = document.createElement('label'), span = document.createElement('span');
  const input = document.createElement('input'), output = document.createElement('output'), open = document.createElement('input');
  span.textContent = say(title);
  Object.assign(input, {type: 'range', min: low, max: high, step: high - low > 10 ? 1 : 0.1, value: mean});
  Object.assign(open, {type: 'checkbox', checked: true, title: say(texts.leave, {name: say(title)})});
  open.setAttribute('aria-label', open.title);
  const toggle = document.createElement('label');
  toggle.className = 'open';
  toggle.append(open, say(texts.open));
  label.append(span, input, output);
  made.append(label, toggle);
  input.addEventListener('input', () => { open.checked = false; stir(); });
  open.addEventListener('change', stir);
  asks.push({name, input, output, open, row: made, mean});
  return made;
}
strong.addEventListener('input', () => { guidance = Number(strong.value); stir(); });
find('.another').addEventListener('click', () => { seed = draw(); stir(); });
many.addEventListener('click', () => {
  sixteen = !sixteen;
  large.hidden = sixteen;
  sheet.hidden = !sixteen;
  refresh();
  compute();
});
find('.birth').addEventListener('click', () => {
  if (telling) tell();
  setTimeout(() => document.getElementById('view-diffusion_faces-noise-button').click(), 50); // once the page has heard
});

function take(value) {
  const same = seed === value.seed && wish() === value.wish && guidance === value.guidance;
  if (same) { if (box.dataset.done !== 'yes' && !move.moving()) compute(); return; }
  [seed, guidance] = [value.seed, value.guidance];
  const told = Object.fromEntries((value.wish || '').split(',').filter(Boolean).map((part) => part.split(':')));
  for (const ask of asks) {
    ask.open.checked = !(ask.name in told);
    ask.input.value = ask.name in told ? told[ask.name] : ask.mean;
  }
  refresh();
  compute();
}
(async () => {
  const answer = await server.sliders({language}).catch(() => ({error: say(texts.silent)}));
  if (answer.error) { waits(answer.error); return; }
  rows.append(...answer.sliders.map(row));
  refresh();
  receive(take);
})();
