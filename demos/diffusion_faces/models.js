// Three faces and two sliders. Runs once, when the component appears; see models.py for the contract.
const {language, say} = veredas;
const box = element.querySelector('.trio');
const visitor = crypto.getRandomValues(new Uint32Array(4)).join('-');
const inputs = [...box.querySelectorAll('input')];
const part = (name) => {
  const figure = box.querySelector(`.${name}`), img = figure.querySelector('img'), note = figure.querySelector('.note');
  Object.assign(img, {src: veredas.nothing, alt: say(texts.picture, {model: say(texts[name])})});
  return {figure, img, note};
};
const [vae, gan, diffusion] = ['vae', 'gan', 'diffusion'].map(part);
const silent = () => ({error: say(texts.silent)});
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let seed = null;

const steps = () => inputs.map((input) => Number(input.value));
function label() {
  for (const input of inputs) {
    const said = veredas.number(Number(input.value), 1);
    input.nextElementSibling.textContent = said;
    input.setAttribute('aria-valuetext', said);
  }
}

// ---- the VAE and the GAN follow the hand; what the page keeps changes when it rests ----
const follow = veredas.latest(
  (call) => server.quick({...call, language}).catch(silent),
  (answer) => {
    vae.note.textContent = answer.error || '';
    if (answer.pictures) [vae.img.src, gan.img.src] = answer.pictures;
  },
  () => { props.value = value(); },
  200,
);
function value() {
  return {seed, ...Object.fromEntries(inputs.map((input) => [input.name, Number(input.value)]))};
}

// ---- the diffusion model answers the last call only, once the hand rests ----
let asked = 0, timer = 0;
function ask() {
  clearTimeout(timer);
  const mine = ++asked, call = {seed, steps: steps(), visitor, language};
  diffusion.figure.dataset.late = 'yes';
  timer = setTimeout(async () => {
    tell(mine);
    const answer = await server.slow(call).catch(silent);
    if (mine !== asked) return;
    asked += 1; // nothing more is told of this call
    diffusion.figure.dataset.late = 'no';
    diffusion.note.textContent = answer.error || '';
    if (answer.picture) diffusion.img.src = answer.picture;
  }, 150);
}
async function tell(mine) { // what it waits for: nothing in the first moment
  await pause(400);
  while (mine === asked) {
    const {ahead, wait} = await server.line({visitor}).catch(() => ({ahead: 0}));
    if (mine !== asked) return;
    diffusion.note.textContent = ahead ? say(texts.ahead, {n: ahead, s: Math.max(1, Math.round(wait))}) : say(texts.drawing);
    await pause(800);
  }
}

function move() {
  label();
  follow({seed, steps: steps()});
  ask();
}
for (const input of inputs) {
  input.addEventListener('input', move);
  input.addEventListener('dblclick', () => { input.value = 0; move(); });
}

box.querySelector('button').addEventListener('click', () => {
  seed = Math.floor(Math.random() * 100000);
  move();
});

// ---- what Python sets ----
function place() {
  const now = props.value;
  if (!now || now.seed === undefined || JSON.stringify(now) === JSON.stringify(value())) return; // our own, coming back
  seed = now.seed;
  for (const input of inputs) input.value = now[input.name];
  move();
}
watch('value', place);
place();
