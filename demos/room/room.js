// What both room pages share: words, elements, calls to the server.
const root = document.documentElement;
const portuguese = (root.dataset.lang || navigator.language).toLowerCase().startsWith('pt');
const locale = portuguese ? 'pt-BR' : 'en';
root.lang = locale;
if (matchMedia('(prefers-color-scheme: dark)').matches) root.classList.add('dark');

const LETTERS = ['A', 'B', 'C'];
const NONE = 3;
const say = (key, facts = {}) => WORDS[key][portuguese ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
const percent = (p) => `${Math.round(100 * p)}${portuguese ? '\u202f' : ''}%`;
const called = (place) => (place === NONE ? say('none').toLowerCase() : LETTERS[place]);
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

class Refused extends Error { // the server's own sentence; `status` as in HTTP
  constructor(sentence, status) { super(sentence); this.status = status; }
}

async function call(path, body, headers = {}) {
  const options = {headers: {'Accept-Language': locale, ...headers}};
  if (body !== undefined) {
    Object.assign(options, {method: 'POST', body: JSON.stringify(body)});
    options.headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(path, options);
  if (response.status >= 500) throw new TypeError('the server is away');
  const answer = await response.json();
  if (answer.error) throw new Refused(answer.error, response.status);
  return answer;
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
