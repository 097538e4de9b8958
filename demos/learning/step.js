// A sentence cut before a word, the bars there before and after steps of training, and what else changed. See step.py.
const box = element.querySelector('.step');
const find = (what) => box.querySelector(what);
const wordsBox = find('.words'), wait = find('.wait'), own = find('.own input'), slider = find('.rate input'), reset = find('.reset');
wordsBox.setAttribute('aria-label', say(texts.sentence));
own.setAttribute('aria-label', say(texts.own));
for (const one of box.querySelectorAll('.choice')) one.setAttribute('aria-label', say(texts[one.dataset.field]));
const make = (tag, className, text = '') => Object.assign(document.createElement(tag), {className, textContent: text});

let recipe = null; // {text, cut, rate, model, optimizer}
let look = 'own', ownCut = 0; // or 'control': the sentence that is cut
let base = null, now = null; // the states before, and after the steps so far
let good = null; // the recipe of `base`
let history = []; // [own, control] after each number of steps
const steps = () => (now ? now.k : 0);
const named = ([k, words, cut, guesses, error, loss, control, heldOut, examples, moved]) => ({k, words, cut, guesses, error, loss, control, heldOut, examples, moved});
const bits = (p) => -Math.log2(p);
const compact = new Intl.NumberFormat(veredas.locale, {notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 2});
const chance = (p) => {
  const digits = p >= 0.1 ? 0 : p >= 0.01 ? 1 : p >= 0.001 ? 2 : 3, space = veredas.portuguese ? '\u202f' : '';
  return p < 0.00001 ? `< ${veredas.number(0.001, 3)}${space}%` : `${veredas.number(100 * p, digits)}${space}%`;
};
const hard = (b) => compact.format(2 ** b); // as hard as a choice among so many

// ---- the sentence ----
function sentence(cut = now.cut) {
  wordsBox.replaceChildren(...base.words.map(([text], i) => {
    const one = make('button', i < cut ? '' : i === cut ? 'gap' : 'beyond', text.trim() || '\u21b5');
    if (i && !/^\s/.test(text)) one.classList.add('tight');
    Object.assign(one, {type: 'button', onclick: () => cutAt(i)});
    one.dataset.cut = i;
    if (i === cut) one.setAttribute('aria-pressed', 'true');
    return one;
  }));
  wordsBox.classList.toggle('long', base.words.map(([text]) => text).join('').length > 55);
  const gap = wordsBox.querySelector('.gap');
  wordsBox.scrollTop = gap.offsetTop + gap.offsetHeight - wordsBox.clientHeight; // in sight, with those before it
}
const places = () => { // where a word is hidden that others stand before
  const found = base.words.map(([text], i) => i).filter((i) => i && /[\p{L}\p{N}]/u.test(base.words[i][0]));
  return found.length ? found : [0];
};

// ---- bars ----
function bars(place, state, longest) {
  const [text, p] = state.words[state.cut];
  const rows = state.guesses.filter(([word]) => word !== text).slice(0, 5).map(([word, q]) => [word, q, false]);
  rows.push([text, p, true]);
  rows.sort((a, b) => b[1] - a[1]);
  place.replaceChildren(...rows.map(([word, q, real]) => {
    const row = make('div', real ? 'bar real' : 'bar'), track = make('span', 'track'), fill = document.createElement('i');
    fill.style.width = `${100 * q / longest}%`;
    track.append(fill);
    row.append(make('span', 'label', word.trim() || say(word ? texts.line : texts.end)), track, make('span', 'p', chance(q)));
    return row;
  }));
}
const most = (state) => Math.max(state.words[state.cut][1], ...state.guesses.map(([, p]) => p));
function loss(state) {
  const [text, p] = state.words[state.cut];
  return say(p > 0.8 ? texts.known : texts.hidden, {word: text.trim(), bits: veredas.number(bits(p), 1), n: hard(bits(p))});
}
function sections() {
  const longest = Math.max(most(base), most(now));
  bars(find('.first .bars'), base, longest);
  find('.first .loss').textContent = loss(base);
  find('.then h4').textContent = say(now.k === 1 ? texts.after_one : now.k ? texts.after : texts.then, {k: now.k});
  find('.then').classList.toggle('empty', !now.k);
  find('.then .loss').textContent = now.k ? loss(now) : say(texts.not_yet, {n: base.examples});
  if (now.k) bars(find('.then .bars'), now, longest);
  else find('.then .bars').replaceChildren();
}

// ---- what else changed ----
function losses() {
  const rows = [['this', base.loss, now.loss, 'own'], ['control', base.control, now.control, 'control'], ['held_out', base.heldOut, now.heldOut]];
  find('.losses tbody').replaceChildren(...rows.map(([name, before, after, shown]) => {
    const row = document.createElement('tr'), head = document.createElement('th'), cell = document.createElement('td'), unit = shown ? 'a_token' : 'a_byte';
    const title = make(shown ? 'button' : 'span', '', say(texts[name]));
    if (shown) {
      Object.assign(title, {type: 'button', onclick: () => lookAt(shown)});
      title.setAttribute('aria-pressed', look === shown);
    }
    head.append(title);
    head.scope = 'row';
    head.title = say(texts[`${name}_is`]);
    const digits = unit === 'a_byte' ? 2 : 1;
    const moved = veredas.number(after, digits) === veredas.number(before, digits) ? '' : after < before ? 'less' : 'more';
    cell.append(veredas.number(before, digits), ' \u2192 ', make('b', moved, veredas.number(after, digits)), make('small', '', ` ${say(texts[unit])}`));
    row.append(head, cell);
    return row;
  }));
}
const curve = veredas.latest((losses) => server.curve({own: losses.map(([one]) => one), control: losses.map(([, one]) => one), language}).catch(() => ({})), (answer) => {
  if (answer.svg) find('.curve').innerHTML = answer.svg;
});
function parts() {
  const shares = now.moved.map(([, , share]) => share), largest = Math.max(...shares);
  find('.moved figcaption').replaceChildren(
    make('span', '', largest ? say(texts.moved, {share: chance(largest)}) : say(texts.unmoved)),
    make('b', 'attention', say(texts.attention)), make('b', 'feed_forward', say(texts.feed_forward)));
  find('.moved .parts').replaceChildren(...now.moved.map(([part, layer, share]) => {
    const one = make('span', part), bar = document.createElement('i');
    bar.style.height = `${largest ? 100 * share / largest : 0}%`;
    one.title = `${say(texts[part])}${layer < 0 ? '' : `, ${say(texts.block, {n: layer + 1})}`}: ${chance(share)}`;
    one.append(bar, make('small', '', layer < 0 ? say(texts[part]) : part === 'attention' ? layer + 1 : ''));
    return one;
  }));
}
function labels() {
  find('.labels .exact').textContent = say(texts.exact, {error: chance(Math.max(base.error, now.error))});
  if (look !== 'own') return;
  const pieces = base.words.flatMap(([, , tokens]) => tokens);
  find('.labels p').textContent = say(texts.examples, {n: base.examples});
  find('.labels ol').replaceChildren(...pieces.map((piece, i) => {
    const line = document.createElement('li');
    line.append(pieces.slice(0, i).join('').trim() || say(texts.nothing), ' \u2192 ', make('b', '', piece.trim() || '\u21b5'));
    return line;
  }));
}

// ---- what was chosen ----
function knobs() {
  if (own !== document.activeElement) own.value = recipe.text;
  for (const one of box.querySelectorAll('.choice button')) one.setAttribute('aria-pressed', recipe[one.parentElement.dataset.field] === one.dataset.value);
  slider.value = Math.log10(recipe.rate || 1e-9);
  rateSaid();
}
function rateSaid() {
  const rate = recipe.rate, said = rate >= 1e6 || rate < 1e-6 ? rate.toExponential(0) : new Intl.NumberFormat(veredas.locale, {maximumSignificantDigits: 2}).format(rate);
  find('.rate output').textContent = said;
  slider.setAttribute('aria-valuetext', said);
}
function show() {
  sentence();
  sections();
  losses();
  parts();
  labels();
  curve(history);
  reset.disabled = !now.k && !lost();
  box.dataset.steps = now.k;
}

// ---- what is computed ----
const asked = (first, last) => ({what: 'walk', look, ...recipe, ...(last ? {} : {rate: 0, optimizer: 'sgd'}), first, last});
let turn = 0; // the newest press alone counts
let beginning = false, goal = 0; // `base` is still that of an earlier recipe or cut; the steps that will be there
async function watched(first, last, news) { // whether all of it came
  const mine = turn;
  const done = await follow(asked(first, last), 0, (records) => { if (mine === turn) records.filter(([state]) => state).forEach(([state]) => news(named(JSON.parse(state)))); }, waits);
  return done && mine === turn;
}
function waits(text) { wait.textContent = text; }
function busy(is) { box.dataset.ready = is ? 'no' : 'yes'; }
const lost = () => box.dataset.failed !== 'no';
function failed() { // in words, in .wait: a text that cannot be, and nothing of an earlier one stays; or a step that diverged
  if (!wait.textContent) return;
  box.dataset.failed = beginning ? 'all' : 'step';
  if (!beginning) find('.then h4').textContent = say(texts.then);
  reset.disabled = !base;
}
function come(state) {
  if (!state.k) { rest(state); good = recipe; history = []; }
  now = state;
  history[state.k] = [state.loss, state.control];
  show();
}
function rest(state) { // what comes is compared with it
  base = {...state, look};
  beginning = false;
}
async function begin(next, k = 0) { // another sentence, model, rate: from the shipped model on
  turn += 1;
  const mine = turn;
  recipe = next;
  [beginning, goal] = [true, k];
  if (!base || next.text !== good.text) look = 'own';
  knobs();
  busy(true);
  box.dataset.failed = 'no';
  if (await watched(0, 0, come) && k) await watched(1, k, come);
  if (mine === turn) rested();
}
async function adjust(n) {
  if (!recipe || lost()) return;
  if (beginning) { begin(recipe, Math.min(goal + n, MOST_STEPS)); return; }
  turn += 1;
  const mine = turn, from = steps(), to = Math.min(from + n, MOST_STEPS);
  if (from >= MOST_STEPS) { waits(say(texts.enough, {n: MOST_STEPS})); return; }
  busy(true);
  await watched(from + 1, to, come);
  if (mine === turn) rested();
}
function lookAt(shown) { // at the sentence, cut where it was, or at the one not trained on, cut before its verb
  if (look === shown) return;
  if (look === 'own') ownCut = recipe.cut;
  look = shown;
  cutAt(shown === 'own' ? ownCut : 2);
}
async function cutAt(cut) {
  if (beginning) { begin({...recipe, cut}, goal); return; }
  turn += 1;
  const mine = turn, k = steps();
  recipe = {...recipe, cut};
  [beginning, goal] = [true, k];
  busy(true);
  let first = null;
  if (await watched(0, 0, (state) => { first = state; })) {
    if (!k) { rest(first); now = first; show(); }
    else await watched(k, k, (state) => { rest(first); now = state; show(); });
  }
  if (mine === turn) rested();
}
function rested() {
  failed();
  busy(false);
  tell();
}
function back() { // the shipped model itself: what was read of it before any step
  turn += 1;
  veredas.watching = {}; // nobody waits for what is under way
  waits('');
  box.dataset.failed = 'no';
  recipe = {...recipe, text: good.text, model: good.model, cut: base.cut}; // where these could not be
  ({look} = base);
  beginning = false;
  now = base;
  history = history.slice(0, 1);
  knobs();
  show();
  rested();
}
function tell() { props.value = {...recipe, steps: steps()}; }

// ---- by hand ----
find('.adjust').addEventListener('click', () => adjust(1));
find('.ten').addEventListener('click', () => adjust(10));
reset.addEventListener('click', back);
find('.another').addEventListener('click', async () => { // again and again, until it comes to rest
  if (!base) return;
  const others = places().filter((i) => i !== recipe.cut), all = others.length ? others : places();
  const any = () => all[Math.floor(Math.random() * all.length)];
  const mine = turn;
  for (let i = 0; i < 6 && !still && all.length > 1; i += 1) {
    sentence(any());
    await new Promise((on) => setTimeout(on, 90));
  }
  if (mine === turn) cutAt(any());
});
own.addEventListener('change', () => {
  const text = own.value.trim();
  if (text === recipe.text) return;
  const n = text.split(/\s+/).length;
  begin({...recipe, text, cut: n > 1 ? 1 + Math.floor(Math.random() * (n - 1)) : 0});
});
for (const one of box.querySelectorAll('.choice button')) {
  one.addEventListener('click', () => {
    const {field} = one.parentElement.dataset, {value} = one.dataset;
    if (recipe && recipe[field] !== value) begin({...recipe, [field]: value, ...(field === 'optimizer' ? {rate: RATES[value]} : {})});
  });
}
slider.addEventListener('input', () => { recipe.rate = Number((10 ** slider.value).toPrecision(2)); rateSaid(); });
slider.addEventListener('change', () => begin({...recipe}));

function take({steps: k, ...value}) {
  const same = recipe && Object.keys(value).every((name) => value[name] === recipe[name]);
  if (same && k === steps() || same && box.dataset.ready === 'no') return;
  begin(value, k);
}
receive(take);
