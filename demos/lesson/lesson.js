// A lesson: one state of the app after another. See page.py. Two frames: while one is in sight, the next state
// opens in the other, so that nothing flashes; what is left behind stays as it was, for one step back.
const root = document.documentElement;
const portuguese = root.dataset.lang === 'pt'; // language.js has run
const locale = portuguese ? 'pt-BR' : 'en';
const theme = new URLSearchParams(location.search).get('__theme');
if (theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)) root.classList.add('dark');
const say = (key) => TEXTS[key][portuguese ? 0 : 1];
const PATIENCE = 20_000; // ms until a state that does not say it is ready is shown as it is
const WIDE = 900; // px: a phone has no room for a projector's type, nor for two pages at once

function element(tag, attributes = {}, ...children) { // text is always text, never markup
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
const note = document.getElementById('note');
const tell = (text) => { note.textContent = text; };

// ---- the lesson in the address: #z=packed, #text=plain, &at=the place ----
const packing = async (stream, how) => new Uint8Array(await new Response(stream.pipeThrough(how)).arrayBuffer());
async function pack(text) {
  const bytes = await packing(new Blob([text]).stream(), new CompressionStream('deflate-raw'));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
  return new TextDecoder().decode(await packing(new Blob([bytes]).stream(), new DecompressionStream('deflate-raw')));
}
const kept = () => new URLSearchParams(location.hash.slice(1));
async function told() { // the lesson's text
  if (kept().has('z')) return unpack(kept().get('z')).catch(() => { throw new Error(say('broken')); });
  return kept().get('text') || LECTURE;
}
async function read(text) { // its states in the language of the page; throws the server's sentence
  const answer = await fetch('/lesson/read', {method: 'POST', body: text}).catch(() => { throw new Error(say('lost')); });
  const {states, error} = await answer.json();
  if (error) throw new Error(error);
  const mine = states.filter(({language}) => !language || language === locale.slice(0, 2));
  if (!mine.length) throw new Error(say('none'));
  return mine;
}

// ---- the frames ----
const main = document.querySelector('main'), nav = document.querySelector('nav'), dialog = document.querySelector('dialog');
let states = [], at = 0, wanted = 0, projector = innerWidth >= WIDE;
const frames = [0, 1].map(() => ({element: element('iframe', {title: say('frame'), allow: 'camera; clipboard-write', 'aria-hidden': 'true', inert: true}), address: ''}));
main.append(...frames.map((one) => one.element));
let [front, behind] = frames;

function fit() { // the app is laid out for the whole window and drawn smaller: what fits the window fits here
  const scale = main.clientHeight / innerHeight, width = innerWidth >= WIDE ? innerWidth / scale : innerWidth; // a phone's layout fits its own width
  const transform = `translateX(${(innerWidth - width * scale) / 2}px) scale(${scale})`;
  for (const {element: frame} of frames) Object.assign(frame.style, {width: `${width}px`, height: `${innerHeight}px`, transform});
}
new ResizeObserver(fit).observe(main);

function load(one, address) {
  if (one.address === address) return one.ready;
  one.address = address;
  const link = new URL(address, location.origin);
  link.searchParams.set('lang', locale);
  if (theme) link.searchParams.set('__theme', theme);
  const before = one.element.contentDocument; // navigating by `replace` makes no step to go back to
  one.element.contentWindow.location.replace(link);
  one.ready = settled(one, address, before);
  return one.ready;
}
async function settled(one, address, before) { // the thing itself is there, in projector mode
  const until = Date.now() + PATIENCE;
  let page = null;
  while (Date.now() < until && one.address === address) {
    page = one.element.contentDocument;
    const shown = page && page !== before && [...page.querySelectorAll('[data-stage]')].some((thing) => thing.checkVisibility());
    if (shown) break;
    await new Promise((go) => setTimeout(go, 60));
  }
  if (one.address !== address || !page || page === before) return;
  const button = page.querySelector('button.projector');
  if (button && projector !== page.body.classList.contains('projector')) button.click();
  page.addEventListener('keydown', (event) => pressed(event, true), true);
}

async function go(place) {
  wanted = Math.max(0, Math.min(states.length - 1, place));
  const state = states[wanted], other = front.address ? behind : front;
  draw();
  keep();
  if (front.address === state.address) { at = wanted; draw(); return; }
  const page = front.element.contentDocument;
  if (front.address && page?.body) projector = page.body.classList.contains('projector'); // as the key P left it
  const late = setTimeout(() => tell(say('opening')), 400);
  await load(other, state.address);
  clearTimeout(late);
  if (states[wanted] !== state) return; // one has gone on meanwhile
  tell('');
  at = wanted;
  show(other);
  draw();
  const next = states[at + 1];
  if (next && innerWidth >= WIDE) load(behind, next.address);
}
function show(one) {
  [front, behind] = [one, frames.find((other) => other !== one)];
  for (const [{element: frame}, away] of [[front, false], [behind, true]]) {
    frame.setAttribute('aria-hidden', away);
    frame.inert = away;
  }
  if (document.activeElement === behind.element) document.activeElement.blur();
}
function keep() {
  const now = kept();
  now.set('at', wanted + 1);
  history.replaceState(null, '', `#${now}`);
}

// ---- the strip ----
const back = element('button', {type: 'button', class: 'back', 'aria-label': say('back'), onclick: () => go(wanted - 1)}, '‹ ', element('span', {}, say('back')));
const ahead = element('button', {type: 'button', class: 'primary next', 'aria-label': say('next'), onclick: () => go(wanted + 1)}, element('span', {}, say('next')), ' ›');
const title = element('h1', {'aria-live': 'polite'}), where = element('span', {class: 'place'});
const open = element('button', {type: 'button', class: 'all', onclick: menu}, say('all'));
nav.setAttribute('aria-label', say('strip'));
nav.append(open, back, title, where, ahead);
function draw() {
  title.textContent = portuguese ? states[wanted].pt : states[wanted].en;
  where.textContent = `${wanted + 1} / ${states.length}`;
  back.disabled = wanted === 0;
  ahead.disabled = wanted === states.length - 1;
}

// A presenter's remote sends PageUp and PageDown, wherever the hand last was; arrows move what they are on.
function pressed(event, inside = false) {
  if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = {PageDown: 1, PageUp: -1, ...(inside ? {} : {ArrowRight: 1, ArrowLeft: -1})}[event.key];
  if (!step || !states.length) return;
  event.preventDefault();
  event.stopPropagation();
  go(wanted + step);
}
document.addEventListener('keydown', (event) => pressed(event));

// ---- where to go, and a lesson of one's own ----
const problem = element('p', {class: 'problem', role: 'alert'});
const box = element('textarea', {'aria-label': say('text'), spellcheck: 'false'});
const list = element('ol');
const file = element('input', {type: 'file', accept: '.txt,text/plain', onchange: async () => { if (file.files[0]) box.value = await file.files[0].text(); file.value = ''; }});
const button = (text, work, kind = '') => element('button', {type: 'button', class: kind, onclick: work}, text);
dialog.setAttribute('aria-label', say('title'));
dialog.append(
  element('header', {}, element('h2', {}, say('title')), button(say('close'), () => dialog.close())),
  element('h3', {}, say('states')), list,
  element('h3', {}, say('own')), element('p', {}, say('form')), box, problem,
  element('div', {class: 'row'}, button(say('use'), use, 'primary'), button(say('file'), () => file.click()), button(say('copy'), copy), button(say('shipped'), () => { box.value = LECTURE; use(); }), file),
  element('div', {class: 'row'}, element('a', {href: `/worksheets?lang=${locale}`, target: '_blank'}, say('sheets')), element('a', {href: `/?lang=${locale}`, target: '_blank'}, say('home'))),
);
function menu() {
  list.replaceChildren(...states.map((state, i) => {
    const name = `${i + 1}. ${portuguese ? state.pt : state.en}`;
    return element('li', {}, element('button', {type: 'button', 'aria-current': String(i === wanted), onclick: () => { dialog.close(); go(i); }}, name));
  }));
  problem.textContent = '';
  dialog.showModal();
}
async function link() { // to the lesson in the box; throws where it is none
  await read(box.value);
  const now = new URLSearchParams(box.value === LECTURE ? {} : {z: await pack(box.value)});
  return new URL(`#${now}`, location.href);
}
async function use() {
  await attempt(async () => {
    history.replaceState(null, '', await link());
    await begin(box.value, 0);
    dialog.close();
  });
}
async function copy() {
  await attempt(async () => {
    const text = (await link()).href;
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) { // plain http from another machine has no clipboard: the old way
      const field = element('textarea', {});
      field.value = text;
      dialog.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    problem.textContent = say('copied');
  });
}
async function attempt(work) {
  problem.textContent = '';
  try { await work(); } catch (error) { problem.textContent = error.message; }
}

async function begin(text, place) {
  states = await read(text);
  box.value = text;
  go(place);
}
async function start() {
  let text = LECTURE;
  try {
    text = await told();
    await begin(text, (Number(kept().get('at')) || 1) - 1);
  } catch (error) { // what is wrong is said where it can be mended
    box.value = text;
    menu();
    problem.textContent = error.message;
  }
}
addEventListener('hashchange', start); // another lesson's link was opened in this window
start();
