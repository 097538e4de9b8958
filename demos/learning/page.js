// A page, a model that is fine-tuned on it, what it writes before and now. See page.py.
const box = element.querySelector('.tune');
const find = (what) => box.querySelector(what);
const field = (name) => find(`[data-field=${name}]`);
const paper = find('textarea'), told = find('.going output'), bar = find('.going i');
const here = presets[veredas.portuguese ? 'pt' : 'en'];
const rows = [...box.querySelectorAll('.figures [role=row]')];
const OWN = 'own'; // what the address says of a text of one's own, which it does not carry
const SETTLED = 700; // ms after which a text that is typed counts as written

paper.setAttribute('aria-label', say(texts.own));
paper.placeholder = say(texts.own);
find('.curve').setAttribute('aria-label', say(texts.curve));
field('base').setAttribute('aria-label', say(texts.model));
field('how').setAttribute('aria-label', say(texts.how));
for (const option of field('base').options) option.textContent = option.dataset[language];
for (const option of field('how').options) option.textContent = say(texts[option.value]);

let page = '', key = '', again = 0; // a preset's name, or the key of a text of one's own
let prompt = '', shown = ''; // how writings begin; what was last looked at
let losses = [], before = null, steps = 1, model = '', writings = {};
let running = false, done = false, learning = '';

const choice = () => ({page, base: field('base').value, how: field('how').value, rank: Number(field('rank').value)});
const ask = async (name, call) => {
  const answer = await server[name]({...call, language}).catch(() => ({error: say(texts.silent)}));
  if (answer.error) told.textContent = answer.error;
  return answer.error ? null : answer;
};
const whole = (n) => veredas.number(n, 0);

// ---- what is on screen ----
function write(side, text, unfinished = false) {
  const p = find(`.${side} p`), begins = document.createElement('b');
  begins.textContent = prompt;
  p.replaceChildren(begins, text, (text && !/[.!?…]\s*$/.test(text)) || unfinished ? '…' : '');
  p.scrollTop = unfinished ? p.scrollHeight : 0; // what is being written is in sight; then how both begin
}
function figures(after) { // [page, same, untouched] in bits per byte
  const longest = Math.max(...before, ...(after ?? []));
  rows.forEach((row, i) => {
    row.querySelector('i').style.width = `${100 * (after ?? before)[i] / longest}%`;
    Object.assign(row.querySelector('u'), {hidden: !after}).style.width = `${100 * before[i] / longest}%`;
    row.querySelector('output').textContent = after ? say(texts.change, {a: veredas.number(before[i], 2), b: veredas.number(after[i], 2)}) : veredas.number(before[i], 2);
  });
  const among = (bits) => veredas.number(2 ** bits, 1);
  find('.meaning').textContent = after ? say(texts.meaning, {a: among(before[0]), b: among(after[0])}) : say(texts.bits);
}
function curve() {
  const most = Math.max(...losses, 1);
  const points = losses.map((bits, i) => `${(160 * i / Math.max(1, steps - 1)).toFixed(1)},${(88 - 84 * bits / most).toFixed(1)}`);
  find('.curve polyline').setAttribute('points', points.join(' '));
}
function learn(n, of, note) { // note: what is to be said instead
  learning = note || say(texts.learning, {n: whole(n), p: `${veredas.number(100 * n / of, 1)}${veredas.portuguese ? '\u202f' : ''}%`});
  told.textContent = learning;
}
function refresh() {
  for (const one of box.querySelectorAll('[data-page]')) one.setAttribute('aria-pressed', one.dataset.page === page);
  find('.rank').hidden = field('how').value !== 'lora';
  find('.rank output').textContent = say(texts.rank, {n: field('rank').value});
  find('.train').hidden = running;
  find('.stop').hidden = !running;
  for (const one of box.querySelectorAll('[data-page], select, input, textarea')) one.disabled = running;
  find('.use').disabled = !model;
  box.dataset.state = running ? 'training' : done ? 'done' : 'ready';
}
function clear() { // back to the shipped model
  [losses, model, writings, done] = [[], '', {}, false];
  bar.style.width = '0';
  find('.now small').textContent = '';
  find('.now p').innerHTML = '';
  const waits = document.createElement('i');
  waits.textContent = say(texts.empty);
  find('.now p').append(waits);
  find('.vote').hidden = true;
  box.dataset.step = 0;
  curve();
  if (before) { figures(); return; }
  find('.meaning').textContent = say(texts.bits);
  for (const row of rows) {
    row.querySelector('output').textContent = '';
    row.querySelector('i').style.width = '0';
    row.querySelector('u').hidden = true;
  }
}

// ---- what is chosen ----
async function look() { // what the shipped model makes of it, and how many numbers would learn
  const mine = JSON.stringify([choice(), key]);
  if (shown === mine) return;
  shown = mine;
  clear();
  refresh();
  const found = await ask('look', choice());
  if (!found || shown !== mine || running) return;
  learn(found.learning, found.parameters, found.note);
  if (!page) return;
  [paper.value, paper.title, prompt] = [found.text, found.by, found.prompt];
  write('before', '');
  const was = await ask('shipped', choice());
  if (!was || shown !== mine || running) return;
  before = was.bits;
  write('before', was.text);
  figures();
  box.dataset.seen = page;
}
function tell() {
  const {page: name, ...rest} = choice();
  props.value = {paper: name || OWN, ...rest, hand: true};
}
function chosen() { refresh(); tell(); look(); }

for (const one of box.querySelectorAll('[data-page]')) {
  one.addEventListener('click', () => { [page, key] = [one.dataset.page, '']; chosen(); });
}
for (const name of ['base', 'how', 'rank']) field(name).addEventListener('change', chosen);
field('rank').addEventListener('input', refresh);

let typing = 0;
paper.addEventListener('input', () => { // a text of one's own
  [page, key, before] = ['', '', null];
  clearTimeout(typing);
  typing = setTimeout(tell, SETTLED);
  clear();
  find('.before p').textContent = '';
  told.textContent = say(texts.yours);
  refresh();
});
async function pasted() { // true once Python has the page
  if (page || key) return true;
  const found = await ask('paste', {text: paper.value});
  if (!found) return false;
  [key, prompt] = [found.key, found.prompt];
  trigger('pick', {pick: key});
  if (found.cut) veredas.toast(say(texts.cut, {n: whole(found.cut)}));
  return true;
}

// ---- training ----
const news = {
  begun([, n, of, planned, begins]) {
    [steps, prompt] = [planned, begins];
    if (n) learn(n, of); // else it was said
  },
  wrote([, step, text, finished]) {
    write(step ? 'now' : 'before', text, !finished);
    if (step) find('.now small').textContent = say(texts.step, {k: step, n: steps});
    if (finished) writings[step ? 'now' : 'before'] = text;
  },
  bits([, side, ...three]) {
    if (side === 'before') { before = three; figures(); } else figures(three);
  },
  loss([, step, bits, seconds, most]) {
    losses.push(bits);
    bar.style.width = `${100 * Math.max(step / steps, seconds / most)}%`;
    told.textContent = `${learning} · ${say(texts.seconds, {s: veredas.number(seconds, 1)})}`;
    box.dataset.step = step;
  },
  done([, step, hurried, name]) {
    [model, done] = [name, true];
    if (key) trigger('pick', {pick: name});
    if (hurried) told.textContent = say(texts.hurried, {k: step});
    vote();
  },
};
async function train() {
  if (!await pasted()) return;
  if (done) again += 1;
  shown = JSON.stringify([choice(), key]);
  clear();
  running = true;
  refresh();
  const finished = await follow({what: 'train', ...choice(), key, again}, 0, (records) => {
    for (const record of records) news[record[0]]?.(record);
    if (records.some(([kind]) => kind === 'loss')) curve();
  }, (text) => { if (text) told.textContent = text; });
  running = false;
  if (finished && !done) told.textContent = say(texts.stopped);
  refresh();
}
function stop() {
  running = false;
  clear();
  told.textContent = say(texts.stopped);
  refresh();
  follow({what: 'stop'}, 0, () => {}, () => {});
}
find('.train').addEventListener('click', train);
find('.stop').addEventListener('click', stop);

// ---- afterwards ----
find('.use').addEventListener('click', async () => {
  if (!await ask('use', {name: model})) { again += 1; clear(); refresh(); return; } // gone: the next press trains anew
  veredas.visiting = `${model}\n${prompt}`;
  document.getElementById('tab-next_word-button').click();
  document.dispatchEvent(new Event('visiting'));
});
const CUT = 60; // characters of an answer, as a room takes it
const short = (text) => (text.length <= CUT ? text : `${text.slice(0, CUT - 1).replace(/\s+\S*$/, '')}…`);
function vote() { // a room that asks which of the two continuations comes from the fine-tuned model
  const two = [writings.before, writings.now].map((text) => short((text ?? '').replace(/\s+/g, ' ').trim()));
  if (two.some((text) => !text) || two[0].toLowerCase() === two[1].toLowerCase()) return;
  const target = Math.random() < 0.5 ? 0 : 1; // where the fine-tuned model's stands; said once all have voted
  if (!target) two.reverse();
  const asked = new URLSearchParams({text: say(texts.vote_text, {prompt: prompt.replace(/\s+/g, ' ')})});
  for (const one of two) asked.append('answer', one);
  asked.append('target', target);
  Object.assign(find('.vote'), {href: `room/new?kind=questions#${asked}`, hidden: false});
}

function take(value) {
  if (running) return;
  const first = value.paper === OWN ? '' : value.paper || here[0];
  if (page === first && field('base').value === value.base && field('how').value === value.how && Number(field('rank').value) === value.rank && shown) return;
  if (first !== page) [page, key] = [first, ''];
  for (const name of ['base', 'how', 'rank']) field(name).value = value[name];
  refresh();
  if (page) look();
  else if (!paper.value) {
    clear();
    told.textContent = say(texts.elsewhere);
  }
}
receive(take);
