// Maps of code spaces and the face under the hand. Runs once, when the component appears; see codes.py.
const {language} = veredas;
const say = (key, facts) => veredas.say(texts[key], facts);
const write = (value) => veredas.number(value, 2);
const SIDE = 400; // units of a map's drawing
const box = element.querySelector('.codes');

box.innerHTML = `<div class="maps"></div><div class="stage"><img src="${veredas.nothing}" alt="${say('alt')}" draggable="false">
  <p class="where"></p><p class="note" role="status"></p></div>
  <label class="ground"><input type="checkbox" checked> <span>${say('ground')}</span></label>`;
const img = box.querySelector('img'), where = box.querySelector('.where'), note = box.querySelector('.note');
box.querySelector('.ground input').addEventListener('change', (e) => box.classList.toggle('bare', !e.target.checked));
let maps = [], touched = false;

// ---- a map: the ground, the prior's circles, the codes, the current face, the hand ----
function figure(map) {
  const at = (v) => SIDE / 2 * (1 + v / map.reach), up = (v) => SIDE / 2 * (1 - v / map.reach);
  const unit = SIDE / 2 / map.reach;
  const circles = [1, 2, 3].map((s) => `<circle class="prior" cx="${SIDE / 2}" cy="${SIDE / 2}" r="${(s * unit).toFixed(1)}"/>`);
  const cloud = map.cloud.map(([x, y]) => `M${at(x).toFixed(1)} ${up(y).toFixed(1)}h0`).join('');
  const top = SIDE / 2 - 3 * unit;
  const figure = document.createElement('figure');
  figure.innerHTML = `<figcaption>${say(map.beta ? 'vae' : 'plain')}</figcaption>
    <svg viewBox="0 0 ${SIDE} ${SIDE}" tabindex="0" role="img" aria-label="${say('map', {beta: map.beta, n: map.cloud.length})}">
    <image href="${map.ground}" width="${SIDE}" height="${SIDE}" preserveAspectRatio="none"/>
    <path class="zero" d="M${SIDE / 2} 0v${SIDE}M0 ${SIDE / 2}h${SIDE}"/><path class="cloud" d="${cloud}"/>${circles.join('')}
    <text x="${SIDE / 2}" y="${top > 26 ? top - 8 : top + 20}" text-anchor="middle">N(0, I): 1, 2, 3 σ</text>
    <path class="here" d="M-9 0h18M0 -9v18" hidden/><circle class="hand" r="9" hidden/></svg>
    <p class="ends"><span>${write(-map.reach)}</span><span>z<sub>1</sub> →, z<sub>2</sub> ↑</span><span>${write(map.reach)}</span></p>`;
  const svg = figure.querySelector('svg');
  Object.assign(map, {svg, at, up, z: [0, 0]});
  const follow = (e) => {
    const r = svg.getBoundingClientRect();
    go(map, [((e.clientX - r.left) / r.width * 2 - 1) * map.reach, (1 - (e.clientY - r.top) / r.height * 2) * map.reach]);
  };
  svg.addEventListener('pointerdown', (e) => { e.preventDefault(); svg.setPointerCapture(e.pointerId); svg.focus({preventScroll: true}); follow(e); });
  svg.addEventListener('pointermove', (e) => { if (svg.hasPointerCapture(e.pointerId)) follow(e); });
  svg.addEventListener('keydown', (e) => {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]}[e.key];
    if (!step) return;
    e.preventDefault();
    go(map, map.z.map((v, i) => v + step[i] * map.reach / 50));
  });
  return figure;
}
function put(map, kind, z) {
  const mark = map.svg.querySelector(kind);
  mark.removeAttribute('hidden');
  mark.setAttribute('transform', `translate(${map.at(z[0])} ${map.up(z[1])})`);
}
function go(map, z) {
  touched = true;
  map.z = z.map((v) => Math.max(-map.reach, Math.min(map.reach, v)));
  maps.forEach((other) => { if (other !== map) other.svg.querySelector('.hand').setAttribute('hidden', ''); });
  put(map, '.hand', map.z);
  const nearest = Math.min(...map.cloud.map(([x, y]) => Math.hypot(x - map.z[0], y - map.z[1])));
  where.textContent = say('where', {beta: map.beta, z1: write(map.z[0]), z2: write(map.z[1]), nearest: write(nearest)});
  move(map);
}

const move = veredas.latest(
  ({beta, z}) => server.face({beta, z, language}).catch(() => ({error: say('silent')})),
  (answer) => {
    note.textContent = answer.error || '';
    if (answer.picture) img.src = answer.picture;
  },
);

// ---- what Python sets: where the current face lies ----
function place() {
  (props.value || []).forEach((z, i) => { if (maps[i]) put(maps[i], '.here', z); });
  const last = maps.length - 1;
  if (!touched && last >= 0 && props.value && props.value[last]) { go(maps[last], props.value[last]); touched = false; }
}
watch('value', place);

(async () => {
  const answer = await server.layout({language});
  if (answer.error) { note.textContent = answer.error; return; }
  maps = answer.maps;
  box.querySelector('.maps').append(...maps.map(figure));
  box.dataset.ready = 'yes';
  place();
})();
