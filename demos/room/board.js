// The end on the projector: a podium, and beside it what fooled the class; of questions, all of them with their tallies.
const kept = new Map(); // round -> what anyone may see of it, for the rounds that fooled the class

async function recalled(newer) {
  for (const {number} of (newer.phase === 'over' && newer.board.fooled) || []) {
    if (kept.has(number)) continue;
    try {
      kept.set(number, await call(`/room/${code}/round/${number}`));
    } catch (error) { // its pictures are gone, with the teacher's album
      if (!(error instanceof Refused)) throw error;
      kept.set(number, null);
    }
  }
}

const out = (n, of) => say('score_of', {right: n.toLocaleString(locale, {maximumFractionDigits: 1}), of});

function rivals({rounds, majority, critic, chance}) {
  const all = {you_class: majority, [wordy() ? 'you_model' : 'you_critic']: critic, by_chance: rounds * chance};
  return Object.entries(all).map(([key, right]) => ({names: [say(key)], right}));
}

function groups({places, rounds, majority, critic, chance}) { // who stands on a step: all who had as many right
  if (!room.names || !places.length) {
    return rivals({rounds, majority, critic, chance}).sort((a, b) => b.right - a.right).map((one, _, all) => ({...one, place: 1 + all.filter((other) => other.right > one.right).length}));
  }
  const steps = [...new Set(places.map((line) => line.place))].slice(0, 3);
  return steps.map((place) => {
    const here = places.filter((line) => line.place === place);
    return {place, right: here[0].right, names: people(here.map((line) => line.nickname).filter(Boolean), here.length)};
  });
}

function people(names, n) { // three names, then how many more
  const shown = names.slice(0, 3), more = n - shown.length;
  if (!more) return shown;
  return [...shown, shown.length ? say('and_more', {n: more}) : more === 1 ? say('one_person') : say('some_people', {n: more})];
}

function podium(board) {
  const steps = groups(board), ranks = [...new Set(steps.map((one) => one.place))];
  return element('ol', {class: 'podium', 'data-count': steps.length}, ...steps.map(({place, right, names}) => element('li', {class: `rank-${1 + ranks.indexOf(place)}`},
    element('p', {class: 'names'}, ...names.map((name) => element('span', {}, name))),
    element('p', {class: 'step'}, element('b', {}, say('place_of', {n: place})), element('span', {}, out(right, board.rounds))))));
}

function fooled(board) {
  const kind = wordy() ? 'words' : 'faces', made = board.fooled.map(wordy() ? missed : taken);
  const nobody = element('p', {}, say(wordy() ? 'fooled_no_word' : 'fooled_nobody'));
  return element('section', {class: `fooled of-${kind}`}, element('h2', {}, say(`fooled_${kind}`)),
    made.length && !wordy() ? element('p', {class: 'quiet'}, say('fooled_share')) : '', made.length ? element('div', {class: 'gallery'}, ...made) : nobody);
}

function taken({number, place, votes, of}) { // a generated face that passed for a photo
  const shown = kept.get(number);
  return element('figure', {}, shown ? element('img', {src: shown.pictures[place], alt: say('round', {n: number, of: room.rounds})}) : '',
    element('figcaption', {}, share(votes, of)));
}

function missed({number, place, target, votes, of}) { // a passage that many got wrong
  const shown = kept.get(number);
  return shown ? element('blockquote', {lang: {pt: 'pt-BR', en: 'en-US'}[room.passages]}, `${shown.before} `, element('b', {class: 'found'}, shown.words[target]),
    element('p', {lang: locale}, say('fooled_word', {p: share(votes, of), word: shown.words[place]}))) : '';
}

function row(...cells) { return element('tr', {}, ...cells.map((cell) => element('td', {}, String(cell)))); }
function head(...keys) { return element('tr', {}, ...keys.map((key) => element('th', {scope: 'col'}, say(key)))); }

function results(board) { // all of it, below, when asked for
  const {places, rounds} = board;
  const spread = Array.from({length: rounds + 1}, (_, i) => [rounds - i, places.filter((line) => line.right === rounds - i).length]).filter(([, n]) => n);
  const named = room.names
    ? [head('place', 'who', 'correct'), ...places.map((line) => row(line.place, line.nickname || say('anonymous'), out(line.right, rounds)))]
    : [head('correct', 'people'), ...spread.map(([right, n]) => row(out(right, rounds), n))];
  const models = wordy() ? [head('model', 'mean_bits'), ...board.models.map(({name, bits}) => row(spoken(name), decimal(bits, 1)))] : [];
  return element('section', {class: 'results', hidden: true}, element('h2', {}, say('all_results')),
    ...[named, [head('who', 'correct'), ...rivals(board).map((one) => row(one.names[0], out(one.right, rounds)))], models].filter((lines) => lines.length)
      .map((lines) => element('table', {}, ...lines)));
}

function ending() {
  const board = room.board;
  const last = [element('button', {onclick: download}, say('csv')), element('a', {class: 'way', href: '/room/new'}, say('again'))];
  if (asking()) {
    return [element('h1', {}, say('board_questions')), element('section', {class: 'all', 'data-stage': '', 'data-count': board.questions.length},
      ...board.questions.map((one) => told(one))), element('footer', {}, home(), ...last)];
  }
  const more = results(board);
  const show = element('button', {'aria-expanded': 'false', onclick: () => {
    more.hidden = !more.hidden;
    show.setAttribute('aria-expanded', String(!more.hidden));
    if (!more.hidden) more.scrollIntoView({block: 'nearest'});
  }}, say('all_results'));
  const against = room.names && board.places.length ? rivals(board).map((one) => element('span', {}, `${one.names[0]} `, element('b', {}, out(one.right, board.rounds)))) : [];
  return [element('div', {class: 'screen'}, element('h1', {}, say('board')), element('section', {class: 'finale', 'data-stage': ''}, podium(board), fooled(board)),
    element('p', {class: 'against'}, ...against), element('footer', {}, home(), show, ...last)), more];
}

async function download() {
  const response = await fetch(`/room/${code}/votes.csv`, {headers: {'X-Room-Secret': secret, 'Accept-Language': locale}});
  if (!response.ok) { tell(say('broken')); return; }
  const address = URL.createObjectURL(await response.blob());
  element('a', {href: address, download: `veredas-${code}.csv`}).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
