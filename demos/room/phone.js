// The phone: enter a room, see faces, words or a question, vote, change the vote, see the answer. The page follows
// the room by itself; ballot.js keeps the vote until the room has it.
const code = decodeURIComponent(location.pathname.split('/')[2] || '').toUpperCase();
const base = `/room/${encodeURIComponent(code)}`;
let lookUntil = 0;

function entrance(problem = '') {
  const input = element('input', {id: 'code', maxlength: 8, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false'});
  const go = (event) => {
    event.preventDefault();
    if (input.value.trim()) location.href = `/room/${encodeURIComponent(input.value.trim().toUpperCase())}`;
  };
  main.replaceChildren(
    element('header', {}, home()), element('h1', {}, say('enter_room')),
    element('p', {class: 'problem'}, problem),
    element('form', {class: 'entrance', onsubmit: go}, element('label', {for: 'code'}, say('code_label')), input,
      element('button', {class: 'primary'}, say('enter')), element('p', {class: 'quiet'}, say('code_hint'))),
  );
  input.focus();
}

function top() {
  const round = room.number ? say('round', {n: room.number, of: room.rounds}) : '';
  const score = room.counted && !asking() ? say('so_far', {right: room.right, of: room.counted}) : '';
  return element('header', {}, home(), element('span', {}, say('room', {code: room.code})), element('span', {}, round), element('span', {}, score));
}

function face(place) {
  const letter = LETTERS[place], answer = room.answer;
  const hidden = room.phase === 'open' && room.seconds && Date.now() > lookUntil;
  const shown = picture(place);
  shown.classList.toggle('hidden', Boolean(hidden));
  const label = element('span', {class: 'letter'}, letter);
  if (answer) {
    const real = answer.makers[place] === 'photo';
    const total = answer.tally.reduce((a, b) => a + b);
    label.append(element('small', {}, say(answer.makers[place])), element('small', {}, say('critic_says_phone', {p: percent(answer.p_real[place])})),
      element('small', {}, say('share', {p: share(answer.tally[place], total)})));
    return element('div', {class: `face ${real ? 'real' : 'fake'}`}, shown, label);
  }
  return element('button', {
    class: `face${chosen() === place ? ' chosen' : ''}`, 'data-key': letter.toLowerCase(), 'aria-pressed': String(chosen() === place),
    disabled: room.phase !== 'open', onclick: () => choose(place),
  }, shown, label);
}

function word(place) {
  const letter = LETTERS[place], answer = room.answer;
  const label = [element('b', {}, letter), element('span', {class: `said${dealt.words[place].length > 8 ? ' long' : ''}`}, dealt.words[place])];
  if (answer) {
    const total = answer.tally.reduce((a, b) => a + b);
    const kind = answer.target === place ? ' yes' : room.mine === place ? ' no' : '';
    return element('div', {class: `word${kind}`}, ...label, element('small', {}, say('model_says', {p: odds(answer.p[place])})),
      element('small', {}, say('share', {p: share(answer.tally[place], total)})));
  }
  return element('button', {
    class: `word${chosen() === place ? ' chosen' : ''}`, 'data-key': letter.toLowerCase(), 'aria-pressed': String(chosen() === place),
    disabled: room.phase !== 'open', onclick: () => choose(place),
  }, ...label);
}

function reply(place) {
  const letter = LETTERS[place], label = [element('b', {}, letter), element('span', {class: 'said'}, spoken(dealt.answers[place]))];
  if (room.answer) {
    const total = room.answer.tally.reduce((a, b) => a + b);
    const {target} = room.answer, own = room.mine === place ? (target === null ? ' chosen' : ' no') : '';
    return element('div', {class: `word${target === place ? ' yes' : own}`}, ...label, bar(room.answer.tally[place], total));
  }
  return element('button', {
    class: `word${chosen() === place ? ' chosen' : ''}`, 'data-key': letter.toLowerCase(), 'aria-pressed': String(chosen() === place),
    disabled: room.phase !== 'open', onclick: () => choose(place),
  }, ...label, element('span', {class: 'tally'}, '\u00a0')); // room for the bar
}

function none() {
  if (room.mode !== 'maybe_none' || room.answer) return null;
  return element('button', {
    class: `none${chosen() === NONE ? ' chosen' : ''}`, 'data-key': 'n', 'aria-pressed': String(chosen() === NONE),
    disabled: room.phase !== 'open', onclick: () => choose(NONE),
  }, say('none'));
}

const keys = matchMedia('(hover: hover) and (pointer: fine) and (min-width: 700px)').matches;
function tap() { // where there is a keyboard, its keys are named too
  const key = {words: 'tap_word', questions: 'tap_answer'}[room.kind] || 'tap';
  return say(keys && TEXTS[`${key}_keys`] ? `${key}_keys` : key);
}

function standing() {
  if (room.phase !== 'open') return lost && lost.round === room.number ? late() : judgement();
  if (held && held.round === room.number) return say(away ? 'held' : 'sending', {choice: short(held.choice)});
  return room.mine === null ? tap() : say('counted', {choice: called(room.mine)});
}

const short = (place) => (room.kind === 'faces' ? called(place) : LETTERS[place]); // two lines at most: nothing below moves
function late() { // the last change did not get through
  const choice = short(lost.choice);
  if (room.phase !== 'closed') return `${say('late', {choice})} ${judgement()}`;
  return room.mine === null ? say('late_none', {choice}) : say('late_mine', {choice, mine: short(room.mine)});
}

function judgement() {
  if (room.phase === 'closed') return room.mine === null ? say('closed_none') : say('closed_mine', {choice: called(room.mine)});
  if (asking() && room.answer.target === null) return say('why');
  const name = asking() ? short : called; // an answer is a sentence
  const own = room.mine === null ? say('missed') : room.mine === room.answer.target ? say('right') : say('wrong', {choice: name(room.mine)});
  return `${own} ${say('answer', {choice: name(room.answer.target)})}`;
}

function nickname() {
  if (!room.names) return null;
  const input = element('input', {id: 'nickname', maxlength: 20, autocomplete: 'off', value: room.nickname});
  const save = async (event) => {
    event.preventDefault();
    try {
      room.nickname = (await call(`${base}/name`, {nickname: input.value})).nickname;
      tell(room.nickname ? say('saved', {name: room.nickname}) : say('saved_none'));
    } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
  };
  return element('form', {class: 'nickname', onsubmit: save}, element('label', {for: 'nickname'}, say('nickname')), input,
    element('button', {}, say('save')));
}

function ending() {
  const {place, n, critic, majority, questions, chosen: all} = room.board;
  if (asking()) {
    main.replaceChildren(top(), element('h1', {}, say('board_questions')), judged(say('over_asked')),
      element('div', {class: 'all'}, ...questions.map((one, i) => told(one, all[i + 1]))));
    return;
  }
  const own = place === null ? say('over_none') : say('over_mine', {right: room.right, of: room.counted, place, n});
  main.replaceChildren(top(), element('h1', {}, say('board')), judged(own), place === null ? '' : element('p', {class: 'number'}, element('b', {}, `${room.right}/${room.counted}`)),
    element('p', {}, say(wordy() ? 'over_model' : 'over_critic', {critic, majority})));
}

function draw() {
  document.title = say('room', {code: room.code});
  document.body.dataset.kind = room.kind;
  if (room.phase === 'lobby') main.replaceChildren(top(), element('h1', {}, title()), judged(say('wait')), nickname() || '');
  else if (room.phase === 'over') ending();
  else if (dealt && dealt.number === room.number) {
    const focused = document.activeElement && document.activeElement.dataset.key;
    const hidden = room.phase === 'open' && room.seconds && Date.now() > lookUntil;
    judged(hidden && chosen() === null ? say('hidden') : standing());
    const table = {
      words: () => [passage(false), verdict, element('div', {class: 'words', 'data-stage': ''}, ...dealt.words.map((_, place) => word(place))), room.answer ? element('p', {class: 'passage rest', lang: {pt: 'pt-BR', en: 'en-US'}[room.passages]}, `…${dealt.words[room.answer.target]}${room.answer.after}`) : ''],
      questions: () => [verdict, element('div', {class: 'words answers', 'data-stage': ''}, ...dealt.answers.map((_, place) => reply(place))), room.answer ? way(room.answer.view) : ''],
      faces: () => [verdict, element('div', {class: 'faces', 'data-stage': ''}, face(0), face(1), face(2)), none() || '', element('p', {class: 'quiet'}, thanks())],
    }[room.kind]();
    arrange(main, [top(), element('h1', {}, question()), ...table].filter(Boolean));
    if (focused) document.querySelector(`[data-key="${focused}"]`)?.focus();
  }
}

let emptied = false; // the teacher emptied the seats: this phone takes one again

async function follow() {
  take();
  for (let waits = false; ;) { // after a failure the first answer is due at once
    const turn = turns;
    try {
      const newer = await call(`${base}/state${waits ? `?seen=${room.key}` : ''}`, undefined, {patience: PATIENCE, hangs: true});
      waits = newer.seated;
      if (newer.seated) await heard(newer, turn); else emptied = true;
      online();
      follow_up();
    } catch (error) {
      waits = false;
      if (error instanceof Woken) continue;
      if (error instanceof Refused && error.status === 404) { entrance(error.message); return; }
      if (error instanceof Refused) tell(error.message); else offline();
      await pause(500 + 500 * Math.random());
    }
  }
}

async function heard(newer, turn) {
  if (emptied && newer.names && room.nickname) await call(`${base}/name`, {nickname: newer.nickname = room.nickname});
  emptied = false;
  if (await fetched(newer)) {
    lookUntil = Date.now() + 1000 * newer.seconds;
    if (newer.seconds) setTimeout(draw, 1000 * newer.seconds + 50);
  }
  const before = room;
  if (before && before.number === newer.number && turn !== turns) newer.mine = before.mine; // asked before the last vote
  room = newer;
  if (before && ['key', 'mine', 'nickname'].every((name) => before[name] === newer[name])) return;
  if (before && before.key !== newer.key) tell('');
  draw();
}

if (code) follow(); else entrance();
