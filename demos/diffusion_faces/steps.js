// One face four times, each in another number of steps, drawn as they come. See steps.py.
const box = element.querySelector('.four');
const figures = Object.fromEntries([...box.querySelectorAll('figure')].map((figure) => [figure.dataset.steps, figure]));
const wait = box.querySelector('.wait');

let seed = null;
let have = 0; // records
let waiting = []; // records that are not yet on screen
let showing = false;

for (const [steps, figure] of Object.entries(figures)) figure.querySelector('img').alt = say(texts.alt, {n: steps});

function show([steps, step, seconds, picture]) {
  const figure = figures[steps];
  Object.assign(figure.querySelector('img'), {src: picture, hidden: false});
  figure.querySelector('i').style.width = `${100 * step / steps}%`;
  figure.querySelector('output').textContent = step ? `${veredas.number(seconds, 1)} s` : '';
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
  [seed, have, waiting] = [next, 0, []];
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
