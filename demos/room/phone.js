// The phone: enter a room, see faces or words, vote, change the vote, see the answer. The page follows the room by itself.
const code = decodeURIComponent(location.pathname.split('/')[2] || '').toUpperCase();
const base = `/room/${encodeURIComponent(code)}`;
let chosen = null; // what was tapped last; it counts once the server has said so
let sending = 0; // votes under way: the newest one is repeated until it is answered
let lookUntil = 0;

function entrance(problem = '') {
  const input = element('input', {id: 'code', maxlength: 8, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false'});
  const go = (event) => {
    event.preventDefault();
    if (input.value.trim()) location.href = `/room/${encodeURIComponent(input.value.trim().toUpperCase())}`;
  };
  main.replaceChildren(
    element('h1', {}, say('enter_room')),
    element('p', {class: 'problem'}, problem),
    element('form', {class: 'entrance', onsubmit: go}, element('label', {for: 'code'}, say('code_label')), input,
      element('button', {class: 'primary'}, say('enter')), element('p', {class: 'quiet'}, say('code_hint'))),
  );
  input.focus();
}

function top() {
  const round = room.number ? say('round', {n: room.number, of: room.rounds}) : '';
  const score = room.counted ? say('so_far', {right: room.right, of: room.counted}) : '';
  return element('header', {}, element('span', {}, say('room', {code: room.code})), element('span', {}, round), element('span', {}, score));
}

function face(place) {
  const letter = LETTERS[place], answer = room.answer;
  const hidden = room.phase === 'open' && room.seconds && Date.now() > lookUntil;
  const picture = element('img', {src: dealt.pictures[place], alt: say('face', {letter}), class: hidden ? 'hidden' : '', draggable: 'false'});
  const label = element('span', {class: 'letter'}, letter);
  if (answer) {
    const real = answer.makers[place] === 'photo';
    const total = answer.tally.reduce((a, b) => a + b);
    label.append(element('small', {}, say(answer.makers[place])), element('small', {}, say('critic_says', {p: percent(answer.p_real[place])})),
      element('small', {}, say('share', {p: percent(total ? answer.tally[place] / total : 0)})));
    return element('div', {class: `face ${real ? 'real' : 'fake'}`}, picture, label);
  }
  return element('button', {
    class: `face${chosen === place ? ' chosen' : ''}`, 'data-key': letter.toLowerCase(), 'aria-pressed': String(chosen === place),
    disabled: room.phase !== 'open', onclick: () => choose(place),
  }, picture, label);
}

function word(place) {
  const letter = LETTERS[place], answer = room.answer;
  const label = [element('b', {}, letter), element('span', {class: `said${dealt.words[place].length > 8 ? ' long' : ''}`}, dealt.words[place])];
  if (answer) {
    const total = answer.tally.reduce((a, b) => a + b);
    const kind = answer.target === place ? ' yes' : room.mine === place ? ' no' : '';
    return element('div', {class: `word${kind}`}, ...label, element('small', {}, say('model_says', {p: odds(answer.p[place])})),
      element('small', {}, say('share', {p: percent(total ? answer.tally[place] / total : 0)})));
  }
  return element('button', {
    class: `word${chosen === place ? ' chosen' : ''}`, 'data-key': letter.toLowerCase(), 'aria-pressed': String(chosen === place),
    disabled: room.phase !== 'open', onclick: () => choose(place),
  }, ...label);
}

function none() {
  if (room.mode !== 'maybe_none' || room.answer) return null;
  return element('button', {
    class: `none${chosen === NONE ? ' chosen' : ''}`, 'data-key': 'n', 'aria-pressed': String(chosen === NONE),
    disabled: room.phase !== 'open', onclick: () => choose(NONE),
  }, say('none'));
}

function verdict() {
  if (room.phase === 'open') return sending ? say('sending') : chosen === null ? say(wordy() ? 'tap_word' : 'tap') : say('counted', {choice: called(chosen)});
  if (room.phase === 'closed') return room.mine === null ? say('closed_none') : say('closed_mine', {choice: called(room.mine)});
  const own = room.mine === null ? say('missed') : room.mine === room.answer.target ? say('right') : say('wrong', {choice: called(room.mine)});
  return `${own} ${say('answer', {choice: called(room.answer.target)})}`;
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
  const {place, n, critic, majority} = room.board;
  const own = place === null ? say('over_none') : say('over_mine', {right: room.right, of: room.counted, place, n});
  main.replaceChildren(top(), element('h1', {}, say('board')), element('p', {class: 'verdict'}, own),
    element('p', {}, say(wordy() ? 'over_model' : 'over_critic', {critic, majority})));
}

function draw() {
  document.title = say('room', {code: room.code});
  if (room.phase === 'lobby') main.replaceChildren(top(), element('h1', {}, title()), element('p', {class: 'verdict'}, say('wait')), nickname() || '');
  else if (room.phase === 'over') ending();
  else if (dealt && dealt.number === room.number) {
    const focused = document.activeElement && document.activeElement.dataset.key;
    const hidden = room.phase === 'open' && room.seconds && Date.now() > lookUntil;
    const told = element('p', {class: 'verdict', role: 'status'}, hidden && chosen === null ? say('hidden') : verdict());
    const table = wordy()
      ? [passage(), told, element('div', {class: 'words'}, ...dealt.words.map((_, place) => word(place)))]
      : [told, element('div', {class: 'faces'}, face(0), face(1), face(2)), none() || '', element('p', {class: 'quiet'}, dealt.thanks[portuguese ? 'pt' : 'en'])];
    main.replaceChildren(top(), element('h1', {}, question()), ...table);
    if (focused) document.querySelector(`[data-key="${focused}"]`)?.focus();
  }
}

async function choose(place) {
  if (room.phase !== 'open') return;
  chosen = place;
  const number = room.number, mine = ++sending;
  draw();
  while (mine === sending && room.number === number && room.phase === 'open') {
    try {
      await call(`${base}/vote`, {round: number, choice: place});
      if (mine === sending) room.mine = place;
      tell('');
      break;
    } catch (error) {
      if (error instanceof Refused) {
        tell(error.message);
        if (mine === sending) chosen = room.mine;
        break;
      }
      tell(say('offline'));
      await pause(700);
    }
  }
  if (mine === sending) { sending = 0; draw(); }
}

async function follow() {
  for (let seen = ''; ;) {
    try {
      const newer = await call(`${base}/state${seen && `?seen=${seen}`}`);
      if (newer.key !== seen) {
        if (await fetched(newer)) {
          chosen = newer.mine;
          sending = 0;
          lookUntil = Date.now() + 1000 * newer.seconds;
          if (newer.seconds) setTimeout(draw, 1000 * newer.seconds + 50);
        }
        room = newer;
        if (room.phase !== 'open') chosen = room.mine;
        tell('');
        draw();
      } else if (note.textContent === say('offline')) tell('');
      seen = newer.key;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) { entrance(error.message); return; }
      tell(error instanceof Refused ? error.message : say('offline'));
      await pause(1000 + 1000 * Math.random());
    }
  }
}

if (code) follow(); else entrance();
