// The projector's rounds. A face, a word, an answer keeps its place and size from the first look to the reveal: the
// tally and the verdict come into room that was left for them.
let clue = null; // which region is marked

function face(place, votes, total) {
  const answer = room.answer, letter = LETTERS[place];
  const kind = answer ? (answer.makers[place] === 'photo' ? 'real' : 'fake') : '';
  const box = element('div', {class: 'picture'}, picture(place), mark(), element('b', {class: 'badge'}, letter));
  if (answer) {
    box.append(element('div', {class: 'below'}, clue === 'youth' ? youth(answer.recipes[place], answer.youth[place], answer.names[place]) : '',
      element('p', {class: 'label'}, element('span', {class: 'maker'}, say(answer.makers[place])), element('span', {}, say('critic_says', {p: percent(answer.p_real[place])})))));
  }
  return element('figure', {class: `face ${kind}`}, box, element('figcaption', {}, votes ? bar(votes[place], total) : ''));
}

function mark() {
  if (!room.answer || !room.answer.clues[clue]) return '';
  const [left, top, width, height] = room.answer.clues[clue].map((part) => `${100 * part}%`);
  const box = element('i', {class: 'mark'});
  Object.assign(box.style, {left, top, width, height});
  return box;
}

function youth(recipe, younger, name) { // how the face came to be, over it; whose portrait a photo is
  if (recipe.maker === 'photo') return name ? element('div', {class: 'youth'}, element('small', {}, say('credit', {name}))) : '';
  const facts = {seed: recipe.seed, psi: recipe.psi.toLocaleString(locale), images: Math.round(recipe.images / 1000).toLocaleString(locale)};
  const over = element('div', {class: 'youth'}, element('small', {}, say(`recipe_${recipe.maker}`, facts)));
  if (younger) over.prepend(element('img', {src: younger.picture, alt: say('youth')}),
    element('div', {class: 'moments'}, ...younger.images.map((seen) => element('span', {}, Math.round(seen / 1000).toLocaleString(locale))),
      ...younger.noise.map((left) => element('span', {}, percent(left)))));
  return over;
}

function clues() { // where to look, what D is, how the face began: one at a time
  const names = [...Object.keys(room.answer.clues), 'youth', 'critic'];
  return [element('div', {class: 'clues', role: 'group', 'aria-label': say('clues')},
    ...names.map((name) => element('button', {id: `clue-${name}`, 'aria-pressed': String(clue === name), onclick: () => { clue = clue === name ? null : name; draw(); }},
      say(`clue_${name}`).split(':')[0]))), element('p', {class: 'hint'}, clue ? say(`clue_${clue}`) : '')];
}

function word(place, votes, total) {
  const answer = room.answer;
  const box = element('div', {class: `word${answer && answer.target === place ? ' yes' : ''}`}, element('b', {}, LETTERS[place]),
    element('span', {class: 'said'}, dealt.words[place]));
  if (votes) box.append(bar(votes[place], total));
  if (answer) box.append(bar(answer.p[place], Math.max(...answer.p), say('model_says', {p: odds(answer.p[place])}), 'model'));
  return box;
}

function reply(place, votes, total) { // an answer to a question; the longest bar fills its row
  const most = votes && total && votes[place] === Math.max(...votes);
  return element('div', {class: `word${room.answer?.target === place ? ' yes' : most ? ' most' : ''}`}, element('b', {}, LETTERS[place]), element('span', {class: `said${spoken(dealt.answers[place]).length > 26 ? ' long' : ''}`}, spoken(dealt.answers[place])),
    votes ? bar(votes[place], total, element('span', {}, element('b', {}, share(votes[place], total)), ` (${votes[place]})`)) : element('span', {class: 'tally'}));
}

function surprise() { // what the hidden word cost each model
  const models = room.answer.models.map(({name, bits}) => element('span', {}, `${spoken(name)} `, element('b', {}, say('bits', {n: decimal(bits, 1)}))));
  return element('div', {class: 'surprise'}, element('span', {}, say('surprise')), ...models,
    element('details', {}, element('summary', {}, say('bits_what')), element('p', {}, say('bits_note'))));
}

function outcome(votes, total) {
  const most = Math.max(...votes), leaders = votes.filter((n) => n === most).length;
  const said = total === 0 ? say('no_votes') : leaders === 1 ? say('majority', {choice: called(votes.indexOf(most))}) : say('votes', {n: total});
  if (!room.answer) return said;
  if (asking() && room.answer.target !== null) return `${say('answer', {choice: called(room.answer.target)})} ${say('knew', {n: votes[room.answer.target], of: total})}`;
  if (asking()) return say('why');
  return `${say('answer', {choice: called(room.answer.target)})} ${said} ${say(wordy() ? 'model_chose' : 'critic_chose', {choice: called(room.answer.critic)})}`;
}

function thing(votes, total) { // what everyone looks at
  if (asking()) return [element('div', {class: 'answers'}, ...dealt.answers.map((_, place) => reply(place, votes, total)))];
  if (wordy()) return [passage(), element('div', {class: 'words'}, ...dealt.words.map((_, place) => word(place, votes, total)))];
  const faces = [element('div', {class: 'faces'}, ...[0, 1, 2].map((place) => face(place, votes, total)))];
  if (room.mode === 'maybe_none') faces.push(element('div', {class: 'none'}, say('none'), votes ? bar(votes[NONE], total) : element('span', {class: 'tally'})));
  return faces;
}

function under() { // what belongs to the answer; its row is there from the beginning
  if (!room.answer) return [];
  if (asking()) return [way(room.answer.view)];
  return wordy() ? [surprise()] : clues();
}

function round() {
  const votes = room.tally || (room.answer && room.answer.tally);
  const total = votes ? votes.reduce((a, b) => a + b) : 0;
  if (!dealt || dealt.number !== room.number) return [element('h1', {}, title()), judged(say('dealing'))];
  const open = room.phase === 'open';
  judged(open ? say('voted', {n: room.voted, of: room.joined}) : outcome(votes, total));
  verdict.classList.toggle('count', open);
  verdict.setAttribute('aria-live', open ? 'off' : 'polite'); // not every vote is news
  return [element('h1', {}, question()), verdict, element('section', {class: 'thing', 'data-stage': ''}, ...thing(votes, total)),
    element('div', {class: 'under'}, ...under())];
}
