// A picture and its range inputs. Runs once, when the component appears; see live.py for the contract.
const {language, say} = veredas;
const box = element.querySelector('.live');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const format = (value) => veredas.number(value, 1);
const dot = (a, b) => a.reduce((sum, v, i) => sum + v * (b[i] || 0), 0);

box.innerHTML = `<div class="stage"><img src="${veredas.nothing}" alt="${say(texts.alt)}" draggable="false"><p class="note" role="status"></p></div>
  <div class="controls"><div class="modes" role="tablist"></div></div>`;
const img = box.querySelector('.stage img');
const note = box.querySelector('.stage .note');
const controls = box.querySelector('.controls');
const modes = box.querySelector('.modes');

let code = []; // what all sliders share
const sliders = []; // {input, output, vector, reading}
const planes = []; // {place, refresh}
const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

// ---- a slider is a direction of the code ----
function step(direction, by) {
  code = code.map((v, i) => v + by * (direction.vector[i] || 0));
  refresh();
}
function refresh(held) { // what is hidden catches up when it is shown
  for (const s of sliders) {
    if (s.pane && s.pane.hidden) continue;
    const at = dot(s.reading, code);
    if (s !== held) s.input.value = at;
    s.output.textContent = format(at);
    s.input.setAttribute('aria-valuetext', s.output.textContent);
  }
  planes.forEach((plane) => plane.place());
  if (film && sliders.length) markStation();
}
function row(slider, index, size) {
  const unit = Array.from({length: size}, (_, i) => (i === index ? 1 : 0));
  const vector = slider.vector.length ? slider.vector : unit, read = slider.reading.length ? slider.reading : unit;
  const unity = dot(read, vector); // nearly: both are stored rounded
  const s = {vector, reading: read.map((v) => v / unity)};
  const label = make('label'), name = make('span', '', say(slider.name));
  s.input = make('input');
  s.output = make('output', '', format(0));
  name.title = say(slider.caption);
  Object.assign(s.input, {type: 'range', min: slider.low, max: slider.high, step: (slider.high - slider.low) / 200, value: 0});
  const set = (value) => { code = code.map((v, i) => v + (value - dot(s.reading, code)) * (s.vector[i] || 0)); };
  s.input.addEventListener('input', () => { hand(); const value = Number(s.input.value); set(value); refresh(s); move(code); });
  s.input.addEventListener('dblclick', () => { hand(); set(0); refresh(); move(code); });
  label.append(name, s.input, s.output);
  sliders.push(s);
  return label;
}
function pane(group, size) {
  const made = make('div', 'pane');
  const before = sliders.length, rows = group.sliders.map((slider, i) => row(slider, i, size));
  sliders.slice(before).forEach((s) => { s.pane = made; });
  const first = make('div', 'first');
  first.append(...rows.slice(0, group.shown));
  made.append(first);
  if (rows.length > group.shown) {
    const details = make('details'), rest = make('div');
    rest.append(...rows.slice(group.shown));
    details.append(make('summary', '', say(group.more)), rest);
    made.append(details);
  }
  const notes = group.sliders.filter((slider) => say(slider.note)).map((slider) => [say(slider.name), say(slider.note)]);
  if (say(group.hint)) made.append(known(say(group.hint), notes));
  return made;
}
function known(hint, notes) { // what is said of the sliders, when it is asked for
  const details = make('details', 'known'), list = make('dl');
  for (const [name, said] of notes) list.append(make('dt', '', name), make('dd', '', said));
  details.append(make('summary', '', say(texts.know)), make('p', 'note', hint), list);
  return details;
}

// ---- a plane is two directions at once ----
const SVG = 'http://www.w3.org/2000/svg';
function planePane(group) {
  const made = make('div', 'pane'), frame = make('div', 'plane'), field = make('div', 'field'), {across, up} = group;
  made.append(frame, known(say(group.hint), []));
  const ends = group.ends.map((end, i) => make('span', ['at-left', 'at-right', 'at-bottom', 'at-top'][i], say(end)));
  frame.append(ends[3], field, ends[0], ends[1], ends[2]);
  Object.assign(field, {tabIndex: 0});
  field.setAttribute('role', 'application');
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '-1 -1 2 2');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.innerHTML = '<path class="axes" d="M-1 0H1M0 -1V1"/><ellipse class="posterior" rx="0" ry="0"/>';
  const here = make('i', 'here');
  field.append(svg, here);
  // The grid's first and last pictures stand at -high and high: the field reaches half a picture further.
  const wide = across.high * group.columns / (group.columns - 1), tall = up.high * group.rows / (group.rows - 1);
  let drawnFor = null, timer = 0, dragging = false;
  const beside = () => JSON.stringify(code.map((v, i) => v - dot(across.reading, code) * across.vector[i] - dot(up.reading, code) * up.vector[i]).map((v) => Math.round(v * 50)));
  const ground = veredas.latest((values) => server.plane({values, language}), (answer) => {
    if (answer.error) { note.textContent = answer.error; return; }
    field.style.backgroundImage = `url(${answer.picture})`;
    field.dataset.ready = 'yes';
  });
  function draw() {
    const key = beside();
    if (!made.offsetParent || dragging || key === drawnFor) return;
    drawnFor = key;
    ground(code);
  }
  function place() {
    const a = dot(across.reading, code), b = dot(up.reading, code);
    here.style.left = `${50 + 50 * Math.max(-1, Math.min(1, a / wide))}%`;
    here.style.top = `${50 - 50 * Math.max(-1, Math.min(1, b / tall))}%`;
    field.setAttribute('aria-label', `${say(across.name)} ${format(a)}, ${say(up.name)} ${format(b)}`);
    clearTimeout(timer);
    timer = setTimeout(draw, 300);
  }
  function ellipse() { // q(z | x) seen in the plane: two standard deviations
    const q = props.value && props.value.posterior, mark = svg.querySelector('ellipse');
    mark.style.display = q ? '' : 'none';
    if (!q) return;
    const share = (u, w) => q.sigma.reduce((sum, s, i) => sum + u[i] * w[i] * s * s, 0);
    const A = across.reading.map((v) => v / wide), B = up.reading.map((v) => v / tall);
    const xx = share(A, A), xy = share(A, B), yy = share(B, B);
    const middle = (xx + yy) / 2, spread = Math.hypot((xx - yy) / 2, xy), turn = Math.atan2(2 * xy, xx - yy) / 2;
    mark.setAttribute('rx', 2 * Math.sqrt(middle + spread));
    mark.setAttribute('ry', 2 * Math.sqrt(Math.max(0, middle - spread)));
    mark.setAttribute('transform', `translate(${dot(A, q.mu)} ${-dot(B, q.mu)}) rotate(${-turn * 180 / Math.PI})`);
  }
  function go(event) {
    const r = field.getBoundingClientRect();
    const x = Math.max(-1, Math.min(1, 2 * (event.clientX - r.left) / r.width - 1)) * wide;
    const y = Math.max(-1, Math.min(1, 1 - 2 * (event.clientY - r.top) / r.height)) * tall;
    step(across, x - dot(across.reading, code));
    step(up, y - dot(up.reading, code));
    move(code);
  }
  field.addEventListener('pointerdown', (event) => { hand(); dragging = true; field.setPointerCapture(event.pointerId); go(event); });
  field.addEventListener('pointermove', (event) => { if (dragging) go(event); });
  for (const end of ['pointerup', 'pointercancel']) field.addEventListener(end, () => { dragging = false; place(); });
  field.addEventListener('keydown', (event) => {
    const by = {ArrowLeft: [across, -0.25], ArrowRight: [across, 0.25], ArrowUp: [up, 0.25], ArrowDown: [up, -0.25]}[event.key];
    if (!by) return;
    event.preventDefault();
    hand();
    step(...by);
    move(code);
  });
  planes.push({place, ellipse});
  return made;
}

// ---- a move: code is never changed in place, so what was asked for stays what it was ----
let touched = false; // by a hand, ever
let placed = false; // by Python, ever
let told = null; // what the page hears once the hand rests
const move = veredas.latest(
  (values) => server.picture({values, context: context(), language}).catch(() => ({error: say(texts.silent)})),
  (answer, values) => {
    note.textContent = answer.error || '';
    told = null;
    if (answer.error) return;
    show(answer.picture);
    const posterior = props.value && props.value.posterior;
    told = {values, picture: answer.picture, context: context(), ...(posterior ? {posterior} : {})};
  },
  () => { if (told) props.value = told; },
  200,
);
function context() { return (props.value && props.value.context) || ''; }
function show(picture) { if (picture) img.src = picture; box.dataset.ready = 'yes'; }

// ---- what Python sets: code and picture at once ----
function place(value) {
  if (!value || !value.values) return;
  placed = true;
  told = null;
  move.drop(); // an answer to an older move
  if (film) showStations(value.stations);
  code = code.map((_, i) => value.values[i] || 0);
  refresh();
  show(value.picture);
}
watch('value', () => {
  if (props.value && props.value.sway && touched) return; // a hand was quicker than the first face
  const same = props.value && props.value.values && props.value.values.every((v, i) => v === code[i]) && props.value.picture === img.src;
  planes.forEach((plane) => plane.ellipse());
  if (same && props.value.values.length) return; // our own move coming back
  if (placed && props.value && props.value.follows && props.value.values.some((v, i) => v !== code[i])) {
    move.drop(); // the hand went on while Python answered: where it stands now counts
    move(code);
    return;
  }
  stop();
  place(props.value);
  if (sliders.length) stir();
});

// ---- alive before the first touch: the first slider sways once, under three seconds, then rests ----
let swaying = 0;
function stir() { if (!still && props.value && props.value.sway) sway(); } // Python may ask for it
function hand() { touched = true; stop(); }
function stop() { cancelAnimationFrame(swaying); swaying = 0; pause(); }
function sway() {
  if (film) { play(); return; }
  const s = sliders[0], home = dot(s.reading, code), start = performance.now(), reach = Math.min(1.2, s.input.max * 0.6);
  const frame = (now) => {
    const t = (now - start) / 2600, to = t < 1 ? home + reach * Math.sin(2 * Math.PI * t) : home;
    step(s, to - dot(s.reading, code));
    move(code);
    swaying = t < 1 ? requestAnimationFrame(frame) : 0;
  };
  swaying = requestAnimationFrame(frame);
}

// ---- a film along the first slider, and the stations on the way ----
let playing = 0;
const playButton = make('button', 'play');
const stations = make('div', 'stations');
function labelPlay() {
  playButton.textContent = say(playing ? texts.pause : texts.play);
  playButton.dataset.playing = playing ? 'yes' : 'no';
}
function goTo(s, value) { step(s, value - dot(s.reading, code)); move(code); }
function play() { // from where the slider stands; at the end of the way from its beginning
  const s = sliders[0], low = Number(s.input.min), span = s.input.max - low;
  let from = Math.max(0, Math.min(1, (dot(s.reading, code) - low) / span));
  if (film.back) from = Math.acos(1 - 2 * from) / (2 * Math.PI);
  if (touched === false || from > 0.999) from = 0;
  const start = performance.now() - from * film.seconds * 1000;
  const frame = (now) => {
    let t = Math.max(0, Math.min(1, (now - start) / film.seconds / 1000));
    const over = t >= 1;
    if (still && !over) t = Math.floor(t * 16) / 16; // stills instead of motion
    goTo(s, low + span * (film.back ? (1 - Math.cos(2 * Math.PI * t)) / 2 : t));
    playing = over ? 0 : requestAnimationFrame(frame);
    if (over) labelPlay();
  };
  playing = requestAnimationFrame(frame);
  labelPlay();
}
function pause() { cancelAnimationFrame(playing); playing = 0; if (film) labelPlay(); }
function showStations(pictures) {
  if (!pictures || !sliders.length) return;
  const s = sliders[0], steps = pictures.length - 1;
  const placed = (i) => Number(s.input.min) + (s.input.max - s.input.min) * i / steps;
  stations.replaceChildren(...pictures.map((picture, i) => {
    const button = make('button'), face = make('img');
    face.src = picture;
    face.alt = say(texts.station, {n: i + 1});
    button.type = 'button';
    button.onclick = () => { hand(); goTo(s, placed(i)); };
    button.append(face, make('b', '', steps === 1 ? 'AB'[i] : `${i + 1}`));
    return button;
  }));
  playButton.disabled = false;
  markStation();
}
function markStation() { // the one that the slider is nearest to
  const s = sliders[0], all = [...stations.children];
  const nearest = Math.round((dot(s.reading, code) - s.input.min) / (s.input.max - s.input.min) * (all.length - 1));
  all.forEach((button, i) => button.setAttribute('aria-current', i === nearest));
}
function setUpFilm() {
  playButton.type = 'button';
  playButton.onclick = () => { const paused = !playing; hand(); if (paused) play(); };
  box.classList.add('film', film.back ? 'pair-way' : 'walk-way');
  playButton.disabled = true; // until there are stations
  controls.append(playButton);
  box.append(stations);
  labelPlay();
}

function choose(panes, place) {
  panes.forEach((made, i) => { made.hidden = i !== place; });
  [...modes.children].forEach((button, i) => button.setAttribute('aria-selected', i === place));
  refresh();
}
(async () => {
  const answer = await server.layout({language});
  if (answer.error) { note.textContent = answer.error; return; }
  const first = answer.groups[0].sliders;
  const size = first[0].vector.length || first.length;
  code = new Array(size).fill(0);
  const panes = answer.groups.map((group) => (group.sliders ? pane(group, size) : planePane(group)));
  controls.append(...panes);
  if (film) setUpFilm();
  if (panes.length > 1) {
    modes.append(...answer.groups.map((group, i) => {
      const button = make('button', '', say(group.name));
      Object.assign(button, {type: 'button', onclick: () => choose(panes, i)});
      button.setAttribute('role', 'tab');
      return button;
    }));
    choose(panes, 0);
  } else { modes.remove(); }
  if (props.value && props.value.values && props.value.values.length) { place(props.value); stir(); }
  else if (!film) { await move(code); if (!still && !placed && !touched) sway(); } // a film waits for its stations
})();
