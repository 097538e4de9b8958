// The projector, steered by the teacher: open a room, show its code, close, reveal, go on, the board.
let code = location.pathname.split('/')[2];
let secret = location.hash.slice(1);
let link = null;
let clue = null; // which region is marked
let busy = false;
const own = (path, body) => call(`/room/${code}/${path}`, body, {'X-Room-Secret': secret});

// ---- opening a room ----
function choice(name, values, checked, label) {
  return element('fieldset', {}, element('legend', {}, say(name)), ...values.map((value) => element('label', {},
    element('input', {type: 'radio', name, value, checked: value === checked, onchange: fill}), say(label(value)))));
}

function slider(name, min, max, step) {
  const output = element('output');
  const input = element('input', {type: 'range', name, min, max, step, oninput: () => { output.textContent = Number(input.value).toLocaleString(locale); }});
  return element('label', {class: 'slider'}, say(name), input, output);
}

const asked = new URLSearchParams(location.search);

// ---- the teacher's own pictures: scaled here, kept in the app's memory for this room alone ----
const LONGEST = 800; // pixels: enough to find a face
const MOST = 60; // as albums.py has it
let album = '';

async function scaled(file) {
  const bitmap = await createImageBitmap(file, {imageOrientation: 'from-image'});
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = element('canvas', {width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale)});
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/jpeg', 0.9);
}

async function bring(files) {
  const status = document.querySelector('.own-status'), button = document.querySelector('form.new .primary');
  const brought = [...files].slice(0, MOST);
  let used = 0, looked = 0;
  button.disabled = true; // a room opens with all of them
  for (const file of brought) {
    looked += 1;
    try {
      const photo = await scaled(file);
      const kept = await call('/room/album', {album, photo, consent: document.querySelector('[name=consent]').checked});
      ({album, count: used} = kept);
    } catch (error) { if (error instanceof Refused && error.status !== 400) { tell(error.message); break; } }
    status.textContent = say('own_looked', {n: looked, of: brought.length, used});
  }
  button.disabled = false;
  status.textContent = say('own_used', {of: looked, used});
}

function ownPictures() {
  const choose = element('input', {type: 'file', name: 'own', accept: 'image/*', multiple: true, disabled: true, onchange: (event) => bring(event.target.files)});
  const consent = element('input', {type: 'checkbox', name: 'consent', onchange: (event) => { choose.disabled = !event.target.checked; }});
  return element('details', {class: 'own'}, element('summary', {}, say('own')), element('p', {class: 'quiet'}, say('own_how', {most: MOST})),
    element('label', {}, consent, say('own_consent')), element('label', {class: 'pick'}, say('own_choose'), choose), element('p', {class: 'own-status', role: 'status'}));
}

function fill() { // the difficulty chosen sets the sliders below it
  const level = LEVELS[document.querySelector('[name=level]:checked').value];
  for (const name of ['psi', 'age', 'crop', 'seconds']) {
    const input = document.querySelector(`[name=${name}]`);
    input.value = level[name];
    input.dispatchEvent(new Event('input'));
  }
  document.querySelector('[name=vae]').checked = level.vae;
}

async function form() {
  document.title = say('new');
  main.replaceChildren(element('form', {class: 'new', onsubmit: open},
    element('h1', {}, say('new')), element('p', {class: 'lead'}, say('new_lead')),
    choice('game', ['faces', 'words'], asked.get('kind') === 'words' ? 'words' : 'faces', (value) => `game_${value}`),
    element('div', {class: 'of-words'}, choice('passages', ['pt', 'en'], portuguese ? 'pt' : 'en', (value) => value), element('p', {class: 'quiet'}, say('words_note'))),
    element('div', {class: 'of-faces'}, element('p', {class: 'photos'}), ownPictures(),
      choice('kind', ['one_real', 'one_fake', 'maybe_none'], 'one_real', (value) => `kind_${value}`),
      choice('level', ['easy', 'usual', 'hard'], 'usual', (value) => value),
      element('p', {class: 'quiet'}, say('level_note')),
      element('details', {}, element('summary', {}, say('details')), slider('psi', 0, 1.2, 0.1), slider('age', 0, 9, 1), slider('crop', 0.7, 1, 0.05),
        slider('seconds', 0, 30, 1), element('label', {}, element('input', {type: 'checkbox', name: 'vae'}), say('vae_too')))),
    element('label', {class: 'slider'}, say('rounds'), element('input', {type: 'number', name: 'rounds', min: 1, max: 20, value: 10})),
    element('label', {}, element('input', {type: 'checkbox', name: 'names'}), say('names')),
    element('button', {class: 'primary'}, say('open'))));
  fill();
  try {
    const photos = await call('/room/photos');
    const reminder = {folder: say('consent'), lfw: say('small')}[photos.name] || '';
    document.querySelector('.photos').textContent = reminder;
  } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
}

async function open(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const number = (name) => Number(fields.get(name));
  const level = fields.get('game') === 'words' ? {passages: fields.get('passages')}
    : {mode: fields.get('kind'), psi: number('psi'), age: number('age'), vae: fields.has('vae'), crop: number('crop'), seconds: number('seconds'), ...(album ? {album} : {})};
  try {
    const opened = await call('/room', {level, rounds: number('rounds'), names: fields.has('names')});
    ({code, secret} = opened);
    history.replaceState(null, '', `/room/${code}/teacher#${secret}`);
    tell('');
    lead();
  } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
}

// ---- what the projector shows ----
function qr(size) {
  const box = element('div', {class: `qr ${size}`, role: 'img', 'aria-label': link.link});
  box.innerHTML = link.qr; // drawn by the server
  return box;
}

function lobby() {
  return [element('h1', {}, title()), element('div', {class: 'invite'}, qr('large'), element('div', {},
    element('p', {class: 'quiet'}, say('go_to')), element('p', {class: 'address'}, link.link.replace(/^https?:\/\//, '')),
    element('p', {class: 'code'}, room.code), element('p', {class: 'count'}, element('b', {}, String(room.joined)), ` ${say('joined')}`),
    link.listening ? element('p', {class: 'quiet'}, say('isolated')) : element('p', {class: 'problem'}, say('restart')),
    element('p', {class: 'quiet'}, say('keep'))))];
}

function face(place, votes, total) {
  const answer = room.answer, letter = LETTERS[place];
  const kind = answer ? (answer.makers[place] === 'photo' ? 'real' : 'fake') : '';
  const figure = element('figure', {class: `face ${kind}`}, element('div', {class: 'picture'},
    element('img', {src: dealt.pictures[place], alt: say('face', {letter}), draggable: 'false'}), mark()), element('figcaption', {}, element('b', {}, letter)));
  const caption = figure.lastElementChild;
  if (answer) caption.append(element('span', {class: 'maker'}, say(answer.makers[place])), element('span', {}, say('critic_says', {p: percent(answer.p_real[place])})));
  if (votes) caption.append(bar(votes[place], total));
  if (answer) figure.append(...origin(answer.recipes[place], answer.youth[place]));
  return figure;
}

function mark() {
  if (!room.answer || !room.answer.clues[clue]) return '';
  const [left, top, width, height] = room.answer.clues[clue].map((part) => `${100 * part}%`);
  const box = element('i', {class: 'mark'});
  Object.assign(box.style, {left, top, width, height});
  return box;
}

function bar(n, total, label = `${n} (${percent(total ? n / total : 0)})`, kind = '') {
  const fill = element('i');
  fill.style.width = `${total ? (100 * n) / total : 0}%`;
  return element('span', {class: `tally ${kind}`}, element('span', {class: 'track'}, fill), element('span', {}, label));
}

function origin(recipe, youth) {
  if (recipe.maker === 'photo') return [];
  const facts = {seed: recipe.seed, psi: recipe.psi.toLocaleString(locale), images: Math.round(recipe.images / 1000).toLocaleString(locale)};
  const parts = element('small', {class: 'youth'}, say(`recipe_${recipe.maker}`, facts));
  if (youth) parts.append(element('br'), say('youth'), element('img', {src: youth.picture, alt: ''}),
    element('span', {}, ...youth.images.map((seen) => element('span', {}, Math.round(seen / 1000).toLocaleString(locale)))));
  return [parts];
}

function clues() { // where to look, and what D is: one at a time
  const names = [...Object.keys(room.answer.clues), 'critic'];
  return element('div', {class: 'clues'}, element('span', {}, say('clues')),
    ...names.map((name) => element('button', {'aria-pressed': String(clue === name), onclick: () => { clue = clue === name ? null : name; draw(); }},
      say(`clue_${name}`).split(':')[0])), element('p', {role: 'status'}, clue ? say(`clue_${clue}`) : ''));
}

function round() {
  const votes = room.tally || (room.answer && room.answer.tally);
  const total = votes ? votes.reduce((a, b) => a + b) : 0;
  const parts = [element('h1', {}, question())];
  if (!dealt || dealt.number !== room.number) return [...parts, element('p', {class: 'verdict'}, say('dealing'))];
  if (wordy()) parts.push(passage(), element('div', {class: 'words'}, ...dealt.words.map((_, place) => word(place, votes, total))));
  else parts.push(element('div', {class: 'faces'}, ...[0, 1, 2].map((place) => face(place, votes, total))));
  if (room.mode === 'maybe_none' && votes) parts.push(element('div', {class: 'none'}, say('none'), bar(votes[NONE], total)));
  if (room.phase === 'open') parts.push(element('p', {class: 'count'}, say('voted', {n: room.voted, of: room.joined})));
  if (votes) parts.push(element('p', {class: 'verdict'}, outcome(votes, total)));
  if (wordy()) return room.answer ? [...parts, surprise()] : parts;
  if (room.answer) parts.push(clues());
  parts.push(element('p', {class: 'quiet thanks'}, dealt.thanks[portuguese ? 'pt' : 'en']));
  return parts;
}

function word(place, votes, total) {
  const answer = room.answer;
  const box = element('div', {class: `word${answer && answer.target === place ? ' yes' : ''}`}, element('b', {}, LETTERS[place]),
    element('span', {class: 'said'}, dealt.words[place]));
  if (votes) box.append(bar(votes[place], total));
  if (answer) box.append(bar(answer.p[place], Math.max(...answer.p), say('model_says', {p: odds(answer.p[place])}), 'model'));
  return box;
}

function surprise() { // what the hidden word cost each model
  const models = room.answer.models.map(({name, bits}) => element('span', {}, `${name[portuguese ? 0 : 1]} `, element('b', {}, say('bits', {n: decimal(bits, 1)}))));
  return element('div', {class: 'surprise'}, element('span', {class: 'quiet'}, say('surprise')), ...models, element('p', {class: 'quiet'}, say('bits_note')));
}

function outcome(votes, total) {
  const most = Math.max(...votes), leaders = votes.filter((n) => n === most).length;
  const said = total === 0 ? say('no_votes') : leaders === 1 ? say('majority', {choice: called(votes.indexOf(most))}) : say('votes', {n: total});
  if (!room.answer) return said;
  return `${say('answer', {choice: called(room.answer.target)})} ${said} ${say(wordy() ? 'model_chose' : 'critic_chose', {choice: called(room.answer.critic)})}`;
}

function board() {
  const {places, rounds, critic, majority, chance} = room.board;
  const row = (...cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, String(cell))));
  const out = (n) => `${n.toLocaleString(locale, {maximumFractionDigits: 1})} / ${rounds}`;
  const head = (...keys) => element('tr', {}, ...keys.map((key) => element('th', {}, say(key))));
  const named = room.names
    ? [head('place', 'who', 'correct'), ...places.slice(0, 12).map((line) => row(line.place, line.nickname || say('anonymous'), out(line.right)))]
    : [head('correct', 'people'), ...spread(places, rounds).map(([right, n]) => row(out(right), n))];
  return [element('h1', {}, say('board')), element('div', {class: 'board'}, element('table', {}, ...named), element('table', {}, head('who', 'correct'),
    row(say('you_class'), out(majority)), row(say(wordy() ? 'you_model' : 'you_critic'), out(critic)), row(say('by_chance'), out(rounds * chance))),
  wordy() ? element('table', {}, head('model', 'mean_bits'), ...room.board.models.map(({name, bits}) => row(name[portuguese ? 0 : 1], decimal(bits, 1)))) : ''),
  element('p', {}, element('button', {onclick: download}, say('csv')), ' ', element('a', {href: '/room/new'}, say('again')))];
}

function spread(places, rounds) { // how many people had how many right, best first
  return Array.from({length: rounds + 1}, (_, i) => [rounds - i, places.filter((line) => line.right === rounds - i).length]).filter(([, n]) => n);
}

async function download() {
  const response = await fetch(`/room/${code}/votes.csv`, {headers: {'X-Room-Secret': secret}});
  if (!response.ok) { tell(say('broken')); return; }
  const address = URL.createObjectURL(await response.blob());
  element('a', {href: address, download: `veredas-${code}.csv`}).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function foot() {
  const next = {lobby: 'start', open: 'close', closed: 'reveal', revealed: room.number < room.rounds ? 'next' : 'finish'}[room.phase];
  const parts = [];
  if (room.phase !== 'lobby' && room.phase !== 'over') parts.push(qr('small'), element('span', {class: 'short'}, element('b', {}, room.code), link.link.replace(/^https?:\/\//, '').replace(/\/[A-Z]+$/, '')));
  if (room.number && room.phase !== 'over') parts.push(element('span', {}, say('round', {n: room.number, of: room.rounds})));
  if (next && next !== 'finish' && room.counted) parts.push(element('button', {class: 'quiet', disabled: busy, onclick: () => step(true)}, say('end')));
  if (next) parts.push(element('button', {class: 'primary', id: 'step', disabled: busy, title: say('space'), onclick: () => step(false)}, say(next)));
  return element('footer', {}, ...parts);
}

let drawn = '';
function draw() {
  room.counted = room.phase === 'revealed' ? room.number : Math.max(0, room.number - 1);
  const shown = JSON.stringify([room, dealt && dealt.number, clue, busy]);
  if (shown === drawn) return; // nothing moves on its own once at rest
  drawn = shown;
  document.title = say('room', {code: room.code});
  const held = document.activeElement && document.activeElement.id;
  Object.assign(document.body.dataset, {phase: room.phase, mode: room.mode || ''});
  main.replaceChildren(...(room.phase === 'lobby' ? lobby() : room.phase === 'over' ? board() : round()), foot());
  if (held === 'step') document.getElementById('step')?.focus();
}

async function step(end) {
  if (busy) return;
  busy = true;
  draw();
  try {
    await own('step', {seen: room.key, end});
    clue = null;
    tell('');
    await look();
  } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
  busy = false;
  draw();
}

async function look() {
  const newer = await own('stage');
  try {
    await fetched(newer);
  } catch (error) { // the pictures are gone: the room can still be ended, with its board
    if (!(error instanceof Refused) || error.status !== 410) throw error;
    tell(error.message);
  }
  room = newer;
  draw();
}

async function lead() {
  for (;;) {
    try {
      link = link || await own(`link?origin=${encodeURIComponent(location.origin)}`);
      await look();
      if (note.textContent === say('offline')) tell('');
    } catch (error) {
      tell(error instanceof Refused ? error.message : say('offline'));
      if (error instanceof Refused && error.status < 429) return; // no such room, or not its teacher
    }
    await pause(500);
  }
}

document.addEventListener('keydown', (event) => {
  if (event.key !== ' ' || !room || event.target.closest('button, input, a, summary')) return;
  event.preventDefault();
  if (document.getElementById('step')) step(false);
});

if (code === 'new') form(); else lead();
