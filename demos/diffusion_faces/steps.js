// One face four times, each in another number of steps, drawn as they come. See steps.py.
const box = element.querySelector('.four');
const paces = Object.fromEntries([...box.querySelectorAll('.pace')].map((one) => [one.dataset.steps, one]));
const wait = box.querySelector('.wait'), large = box.querySelector('.large img');

let seed = null;
let have = 0; // records
let waiting = []; // records that are not yet on screen
let showing = false;
let chosen = ''; // the steps of the one that is large
let held = false; // a hand chose it: it stays; else the one that is under way is large

for (const [steps, pace] of Object.entries(paces)) pace.querySelector('img').alt = say(texts.alt, {n: steps});

function show([steps, step, seconds, picture]) {
  const pace = paces[steps];
  Object.assign(pace.querySelector('img'), {src: picture, hidden: false});
  pace.querySelector('i').style.width = `${100 * step / steps}%`;
  pace.querySelector('output').textContent = step ? `${veredas.number(seconds, 1)} s` : '';
  if (!held && (step || !chosen)) enlarge(String(steps));
  else if (String(steps) === chosen) enlarge(chosen);
}
function enlarge(steps) { // in one and the same place, so that the eye sees what changes
  chosen = steps;
  const small = paces[steps].querySelector('img');
  Object.assign(large, {src: small.src, alt: small.alt, hidden: small.hidden});
  box.querySelector('.large b').textContent = paces[steps].querySelector('b').innerText;
  for (const [one, pace] of Object.entries(paces)) pace.setAttribute('aria-pressed', one === steps);
}
for (const [steps, pace] of Object.entries(paces)) {
  pace.addEventListener('click', () => { held = true; enlarge(steps); });
}
function tick() { // what was computed before is a film all the same: at most one picture a frame of the screen
  if (still) while (waiting.length) show(waiting.shift());
  if (waiting.length) show(waiting.shift());
  showing = waiting.length > 0;
  if (showing) requestAnimationFrame(tick);
  else box.dataset.shown = have;
}
async function compute() {
  const mine = seed;
  const done = await follow({what: 'paces', seed}, have, (records) => {
    have += records.length;
    waiting.push(...records);
    if (!showing) { showing = true; requestAnimationFrame(tick); }
  }, (text) => { wait.textContent = text; });
  if (done && mine === seed) box.dataset.done = 'yes';
}
function begin(next) {
  [seed, have, waiting, chosen, held] = [next, 0, [], '', false];
  box.dataset.done = 'no';
  compute();
}
box.querySelector('.another').addEventListener('click', () => {
  begin(draw());
  props.value = {seed, branches: ''};
});
function take(value) {
  if (value.seed !== seed) begin(value.seed);
  else if (box.dataset.done !== 'yes') compute();
}
receive(take);
