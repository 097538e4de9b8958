// The teacher opens a room: which game, how hard, which questions, whose photos.
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

const MAKERS = ['gan', 'diffusion', 'vae']; // as fakes.py has them

// ---- the teacher's own pictures: scaled here, kept in the app's memory for this room alone ----
const LONGEST = 800; // pixels: enough to find a face
const MOST = 60; // as albums.py has it
let album = '';

async function bring(files) {
  const status = document.querySelector('.own-status'), button = document.querySelector('form.new .primary');
  const brought = [...files].slice(0, MOST);
  let used = 0, looked = 0;
  button.disabled = true; // a room opens with all of them
  for (const file of brought) {
    looked += 1;
    try {
      const photo = await photoFile.scaled(file, LONGEST, 0.9).catch(() => '') || await photoFile.whole(file);
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
  for (const maker of MAKERS) document.querySelector(`[name=${maker}]`).checked = level[maker];
}

// ---- questions: the app's, and the teacher's own ----
function field(label, name, maxlength) {
  return element('label', {}, element('span', {}, label), element('input', {type: 'text', class: name, maxlength, autocomplete: 'off'}));
}

function ownQuestion() {
  const answers = LETTERS.slice(0, 5).map((letter) => field(say('own_answer', {letter}), 'own-answer', 60));
  return element('fieldset', {class: 'own-question'}, field(say('own_text'), 'own-text', 200), ...answers);
}

// ---- by a link: a question of a view, with its answers; after the "#", which no server sees ----
const carried = new URLSearchParams(location.hash.slice(1));
const right = carried.has('target') ? carried.getAll('answer')[carried.get('target')] : history.state?.right; // told at the reveal
if (carried.has('target')) { // the class sees this page's address
  carried.delete('target');
  history.replaceState({right}, '', `${location.pathname}${location.search}#${carried}`);
}
function brought(question) {
  question.querySelector('.own-text').value = (carried.get('text') || '').slice(0, 200);
  const answers = question.querySelectorAll('.own-answer');
  carried.getAll('answer').slice(0, answers.length).forEach((answer, i) => { answers[i].value = answer.slice(0, 60); });
  return question;
}

function questions() {
  const ticked = asked.get('question');
  const boxes = QUESTIONS.map(({name, text}) => element('label', {}, element('input', {type: 'checkbox', name: 'question', value: name, checked: name === ticked}), spoken(text)));
  const more = element('button', {type: 'button', onclick: () => more.before(ownQuestion())}, say('own_more'));
  return element('div', {class: 'of-questions'}, element('fieldset', {class: 'list'}, element('legend', {}, say('questions_which')), ...boxes),
    element('details', {class: 'own-questions', open: carried.has('text')}, element('summary', {}, say('own_question')), brought(ownQuestion()), more));
}

function chosenQuestions(form) { // names, then the own ones that are not left empty
  const names = new FormData(form).getAll('question');
  const own = [...form.querySelectorAll('.own-question')].map((one) => ({
    text: one.querySelector('.own-text').value.trim(), answers: [...one.querySelectorAll('.own-answer')].map((input) => input.value.trim()).filter(Boolean)}));
  const asking = own.filter(({text, answers}) => text || answers.length);
  return [...names, ...asking.map((one) => (one.answers.includes(right) ? {...one, target: one.answers.indexOf(right)} : one))];
}

// ---- whether phones get in ----
function restart() {
  const line = 'GRADIO_SERVER_NAME=0.0.0.0 .venv/bin/python app.py'; // as README.md has it
  const copy = element('button', {type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(line);
      tell(say('copied'));
    } catch { getSelection().selectAllChildren(document.querySelector('.command code')); } // not allowed: one key is left to press
  }}, say('copy'));
  return [element('div', {class: 'problem'}, element('p', {}, say('restart')), element('p', {class: 'command'}, element('code', {}, line), copy), element('p', {}, say('isolated')))];
}

async function form() {
  document.title = say('new');
  const game = ['faces', 'words', 'questions'].find((name) => name === asked.get('kind')) || 'faces';
  main.replaceChildren(element('form', {class: 'new', onsubmit: open}, element('header', {}, element('h1', {}, say('new')), home()),
    element('p', {class: 'lead'}, say('new_lead')),
    choice('game', ['faces', 'words', 'questions'], game, (value) => `game_${value}`),
    element('div', {class: 'of-words'}, choice('passages', ['pt', 'en'], portuguese ? 'pt' : 'en', (value) => value), element('p', {class: 'quiet'}, say('words_note'))),
    questions(),
    element('div', {class: 'of-faces'}, element('p', {class: 'photos'}),
      choice('kind', ['one_real', 'one_fake', 'maybe_none'], 'one_real', (value) => `kind_${value}`),
      choice('level', ['easy', 'usual', 'hard'], 'usual', (value) => value),
      element('p', {class: 'quiet'}, say('level_note')),
      element('details', {}, element('summary', {}, say('details')), slider('psi', 0, 1.2, 0.1), slider('age', 0, 9, 1), slider('crop', 0.7, 1, 0.05),
        slider('seconds', 0, 30, 1),
        ...MAKERS.map((maker) => element('label', {}, element('input', {type: 'checkbox', name: maker}), say(`${maker}_too`)))), ownPictures()),
    element('div', {class: 'reach'}),
    element('div', {class: 'bottom'},
      element('label', {class: 'scored'}, say('rounds'), element('input', {type: 'number', name: 'rounds', min: 1, max: 20, value: 10})),
      element('label', {class: 'scored'}, element('input', {type: 'checkbox', name: 'names'}), say('names')),
      element('button', {class: 'primary'}, say('open')))));
  fill();
  try {
    const [photos, {reachable}] = await Promise.all([call('/room/photos'), call(`/room/reach?origin=${encodeURIComponent(location.origin)}`)]);
    document.querySelector('.photos').textContent = photos.name === 'folder' ? say('consent') : '';
    if (!reachable) document.querySelector('.reach').replaceChildren(...restart());
  } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
}

function level(form) { // what is played, as the server reads it
  const fields = new FormData(form), number = (name) => Number(fields.get(name));
  if (fields.get('game') === 'questions') return {questions: chosenQuestions(form)};
  if (fields.get('game') === 'words') return {passages: fields.get('passages')};
  return {mode: fields.get('kind'), psi: number('psi'), age: number('age'), gan: fields.has('gan'), diffusion: fields.has('diffusion'), vae: fields.has('vae'), crop: number('crop'), seconds: number('seconds'), ...(album ? {album} : {})};
}

async function open(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  try {
    const opened = await call('/room', {level: level(event.target), rounds: Number(fields.get('rounds')), names: fields.has('names')});
    ({code, secret} = opened);
    history.replaceState(null, '', `/room/${code}/teacher#${secret}`);
    tell('');
    lead();
  } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
}
