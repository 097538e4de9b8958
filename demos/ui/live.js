// A picture and its range inputs. Runs once, when the component appears; see live.py for the contract.
const portuguese = document.documentElement.dataset.lang === 'pt';
const say = (pair) => pair[portuguese ? 0 : 1];
const box = element.querySelector('.live');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const digits = new Intl.NumberFormat(portuguese ? 'pt-BR' : 'en', {minimumFractionDigits: 1, maximumFractionDigits: 1});
const format = (value) => digits.format(Math.abs(value) < 0.05 ? 0 : value);

box.innerHTML = `<div class="stage"><img alt="${say(texts.alt)}" draggable="false"><p class="note" role="status"></p></div>
  <div class="controls"><div class="first"></div><details><summary>${say(texts.more)}</summary><div></div></details></div>`;
const img = box.querySelector('img');
const note = box.querySelector('.note');
const details = box.querySelector('details');
let inputs = [];

function row(slider) {
  const label = document.createElement('label');
  const name = document.createElement('span');
  const input = document.createElement('input');
  const output = document.createElement('output');
  name.textContent = say(slider.name);
  name.title = say(slider.caption);
  Object.assign(input, {type: 'range', min: slider.low, max: slider.high, step: (slider.high - slider.low) / 200, value: 0});
  input.addEventListener('input', () => { output.textContent = format(input.value); stop(); move(); });
  input.addEventListener('dblclick', () => { input.value = 0; input.dispatchEvent(new Event('input')); });
  output.textContent = format(0);
  label.append(name, input, output);
  inputs.push(input);
  return label;
}

// ---- the latest move wins: one call under way, at most one waiting ----
let busy = false, waiting = false;
let placed = 0; // how often Python has set the positions: an answer to an older move is dropped
async function move() {
  if (busy) { waiting = true; return; }
  busy = true;
  do {
    waiting = false;
    const values = inputs.map((input) => Number(input.value)), before = placed;
    try {
      const answer = await server.picture({values, context: context(), language: portuguese ? 'pt' : 'en'});
      if (before !== placed) continue;
      if (answer.error) { note.textContent = answer.error; } else {
        note.textContent = '';
        show(answer.picture);
        if (!waiting) props.value = {values, picture: answer.picture, context: context()};
      }
    } catch (error) {
      note.textContent = say(['O servidor não respondeu. Tente mover de novo.', 'The server did not answer. Move again.']);
    }
  } while (waiting);
  busy = false;
}
function context() { return (props.value && props.value.context) || ''; }
function show(picture) { if (picture) img.src = picture; box.dataset.ready = 'yes'; }

// ---- what Python sets: positions and picture at once ----
function place(value) {
  if (!value || !value.values) return;
  placed += 1;
  value.values.forEach((v, i) => {
    if (!inputs[i]) return;
    inputs[i].value = v;
    inputs[i].nextSibling.textContent = format(v);
  });
  show(value.picture);
}
watch('value', () => { stop(); place(props.value); });

// ---- alive before the first touch: the first slider sways once, under three seconds, then rests ----
let swaying = 0;
function stop() { cancelAnimationFrame(swaying); swaying = 0; }
function sway() {
  const input = inputs[0], home = Number(input.value), start = performance.now(), reach = input.max * 0.6;
  const step = (now) => {
    const t = (now - start) / 2600;
    input.value = t < 1 ? home + reach * Math.sin(2 * Math.PI * t) : home;
    input.nextSibling.textContent = format(input.value);
    move();
    swaying = t < 1 ? requestAnimationFrame(step) : 0;
  };
  swaying = requestAnimationFrame(step);
}

(async () => {
  const answer = await server.layout({language: portuguese ? 'pt' : 'en'});
  if (answer.error) { note.textContent = answer.error; return; }
  const rows = answer.sliders.map(row);
  box.querySelector('.first').append(...rows.slice(0, texts.shown));
  details.lastElementChild.append(...rows.slice(texts.shown));
  details.hidden = rows.length <= texts.shown;
  if (props.value && props.value.values && props.value.values.length) place(props.value);
  else { await move(); if (!still && !placed) sway(); }
})();
