// What both room pages share: words, elements, calls to the server.
const root = document.documentElement;
const portuguese = (root.dataset.lang || navigator.language).toLowerCase().startsWith('pt');
const locale = portuguese ? 'pt-BR' : 'en';
root.lang = locale;
const theme = new URLSearchParams(location.search).get('__theme');
if (theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)) root.classList.add('dark');

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'];
const NONE = 3; // of a room of faces
const say = (key, facts = {}) => TEXTS[key][portuguese ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
const decimal = (n, digits) => n.toLocaleString(locale, {minimumFractionDigits: digits, maximumFractionDigits: digits});
const percent = (p, digits = 0) => `${decimal(100 * p, digits)}${portuguese ? '\u202f' : ''}%`;
const odds = (p) => (p >= 0.01 ? percent(p, 1) : p >= 0.0001 ? percent(p, 2) : `< ${percent(0.0001, 2)}`);
let room = null; // what the server last said
let dealt = null; // the round on the page: {number, pictures, thanks}, {number, before, words} or {number, text, answers}
const wordy = () => room.kind === 'words';
const asking = () => room.kind === 'questions'; // no answer is right
const spoken = (pair) => pair[portuguese ? 0 : 1]; // of a text in both languages
const title = () => say({words: 'title_words', questions: 'title_questions'}[room.kind] || 'title');
const question = () => (asking() ? spoken(dealt.text) : say(wordy() ? 'which_word' : room.mode));
function thanks() { // whom to thank for the photos; after the answer, whose portrait it was
  const names = ((room.answer && room.answer.names) || []).filter(Boolean);
  return names.length ? say('credit', {name: names.join('; ')}) : spoken([dealt.thanks.pt, dealt.thanks.en]) || '\u00a0';
}
const share = (n, total) => percent(total ? n / total : 0);
function called(place) {
  if (asking()) return `${LETTERS[place]} (“${spoken(dealt.answers[place])}”)`;
  if (wordy()) return `${LETTERS[place]} (“${dealt.words[place]}”)`;
  return place === NONE ? say('none').toLowerCase() : LETTERS[place];
}
const main = document.getElementById('main');
const note = document.getElementById('note');
const tell = (text) => { if (note.textContent !== text) note.textContent = text; };

// element('button', {class: 'big', onclick: f}, 'text', child): text is always text, never markup
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

// The children of an element; what stays is not taken out, so that screen readers hear what changes in it.
function arrange(parent, children) {
  for (const old of [...parent.childNodes]) if (!children.includes(old)) old.remove();
  children.forEach((child, i) => { if (parent.childNodes[i] !== child) parent.insertBefore(child, parent.childNodes[i] || null); });
}

const verdict = element('p', {class: 'verdict', role: 'status'}); // what just happened, announced

function judged(text) {
  if (verdict.textContent !== text) verdict.textContent = text;
  return verdict;
}

let pictures = {number: 0, made: []}; // of the round on the page: made once, so that none blinks
function picture(place) {
  if (pictures.number !== dealt.number) {
    const made = dealt.pictures.map((src, i) => element('img', {src, alt: say('face', {letter: LETTERS[i]}), draggable: 'false'}));
    pictures = {number: dealt.number, made};
  }
  return pictures.made[place];
}

function bar(n, total, label = say('part', {n, p: share(n, total)}), kind = '') {
  const fill = element('i');
  fill.style.width = `${total ? (100 * n) / total : 0}%`;
  return element('span', {class: `tally ${kind}`}, element('span', {class: 'track'}, fill), element('span', {}, label));
}

function way(view) { // to the view of the app that a question is about
  return view ? element('a', {class: 'way', href: view, target: '_blank', rel: 'noopener'}, say('look')) : '';
}

// a question that was asked, with its tally; `chosen` is the visitor's own place
function told({text, answers, tally, view, target}, chosen) {
  const total = tally.reduce((a, b) => a + b);
  const lines = answers.map((answer, place) => element('li', {class: chosen === place ? 'mine' : ''}, element('span', {}, `${spoken(answer)}${target === place ? ` ${say('right_one')}` : ''}`), bar(tally[place], total)));
  return element('section', {class: 'told'}, element('h2', {}, spoken(text)), element('ul', {}, ...lines), way(view));
}

function home() { // the way back to the app
  const link = element('a', {class: 'home', href: '/', 'aria-label': say('app_back')}, say('app'));
  if (steers()) link.target = '_blank'; // the teacher's page stays open
  return link;
}
const steers = () => location.pathname.endsWith('/teacher');

class Refused extends Error { // the server's own sentence; `status` as in HTTP
  constructor(sentence, status) { super(sentence); this.status = status; }
}

class Woken extends Error {} // a call that waited was given up, to ask anew
let hanging = null; // the call that waits for a change
function wake() { if (hanging) hanging.abort(new Woken()); }

const PATIENCE = 8500; // ms until a call that a phone makes often is given up and made again
const NAMED = 'veredas-device '; // where the browser keeps no cookie, this tab keeps the device's name, as its own

// patience: ms; hangs: it waits for a change, and `wake` gives it up
async function call(path, body, {headers = {}, patience = 60_000, hangs = false, again = false} = {}) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), patience);
  if (hangs) hanging = stop;
  try {
    const answer = await answered(path, body, headers, stop.signal);
    if (!answer.error) return answer;
    if (answer.status !== 401 || again) throw new Refused(answer.error, answer.status);
  } finally {
    clearTimeout(timer);
  }
  window.name = NAMED + (await call('/room/device')).device;
  return call(path, body, {headers, patience, hangs, again: true});
}

async function answered(path, body, headers, signal) {
  const options = {headers: {'Accept-Language': locale, ...headers}, signal};
  if (window.name.startsWith(NAMED)) options.headers['X-Room-Device'] = window.name.slice(NAMED.length);
  if (body !== undefined) {
    Object.assign(options, {method: 'POST', body: JSON.stringify(body)});
    options.headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({})); // a proxy's own page, where the server is away
  if (response.status >= 500 && !answer.error) throw new TypeError('the server is away');
  return answer.error ? {error: answer.error, status: response.status} : answer;
}

// the passage with its gap, or with the word and what follows it
function passage(rest = true) {
  const gap = room.answer ? element('b', {class: 'found'}, dealt.words[room.answer.target]) : element('span', {class: 'gap', role: 'img', 'aria-label': say('gap')});
  return element('p', {class: 'passage', lang: {pt: 'pt-BR', en: 'en-US'}[room.passages]}, `${dealt.before} `, gap, room.answer && rest ? room.answer.after : '');
}

async function fetched(newer) { // the round that the room is at, asked for once
  if (!newer.number || newer.phase === 'over' || (dealt && dealt.number === newer.number)) return false;
  dealt = {number: newer.number, ...await call(`/room/${encodeURIComponent(newer.code)}/round/${newer.number}`)};
  return true;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A, B, C (and N for none) choose; the arrows go from one face to the next
document.addEventListener('keydown', (event) => {
  if (event.target.closest('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button) { button.click(); button.focus(); return; }
  const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
  const buttons = [...document.querySelectorAll('button[data-key]')];
  if (!step || !buttons.length) return;
  const at = buttons.indexOf(document.activeElement);
  buttons[(at + step + buttons.length) % buttons.length].focus();
  event.preventDefault();
});
