// The projector, steered by the teacher: open a room, show its code, close, reveal, go on, the board.
let code = location.pathname.split('/')[2];
let secret = location.hash.slice(1);
let link = null;
let busy = false;
const own = (path, body) => call(`/room/${code}/${path}`, body, {headers: {'X-Room-Secret': secret}});

function qr(size) {
  const box = element('div', {class: `qr ${size}`, role: 'img', 'aria-label': link.link});
  box.innerHTML = link.qr; // drawn by the server
  return box;
}

function lobby() {
  return [element('h1', {}, title()), element('section', {class: 'invite', 'data-stage': ''}, qr('large'), element('div', {},
    element('p', {class: 'quiet'}, say('go_to')), element('p', {class: 'address'}, link.link.replace(/^https?:\/\//, '')),
    element('p', {class: 'code'}, room.code), element('p', {class: 'count'}, element('b', {}, String(room.joined)), ` ${say('joined')}`),
    ...(link.listening ? [element('p', {class: 'quiet'}, say('isolated'))] : restart()),
    element('p', {class: 'quiet'}, say('keep'))))];
}

function foot() {
  const next = {lobby: 'start', open: 'close', closed: 'reveal', revealed: room.number < room.rounds ? 'next' : 'finish'}[room.phase];
  const parts = [home()];
  if (room.phase !== 'lobby' && room.phase !== 'over') parts.push(qr('small'), element('span', {class: 'short'}, element('b', {}, room.code), link.link.replace(/^https?:\/\//, '').replace(/\/[A-Z]+$/, '')));
  if (room.number && room.phase !== 'over') parts.push(element('span', {}, say('round', {n: room.number, of: room.rounds})));
  if (['start', 'close'].includes(next) && room.joined) parts.push(element('button', {class: 'quiet', id: 'empty', disabled: busy, title: say('empty_why'), onclick: empty}, say('empty')));
  if (next && next !== 'finish' && room.counted) parts.push(element('button', {class: 'quiet', disabled: busy, onclick: () => step(true)}, say('end')));
  if (next) parts.push(element('button', {class: 'primary', id: 'step', disabled: busy, title: say('space'), onclick: () => step(false)}, say(asking() && TEXTS[`${next}_questions`] ? `${next}_questions` : next)));
  return element('footer', {}, ...parts);
}

let drawn = '';
function draw() {
  room.counted = room.phase === 'revealed' ? room.number : Math.max(0, room.number - 1);
  const shown = JSON.stringify([room.phase === 'over' ? room.board : room, dealt && dealt.number, clue, busy]);
  if (shown === drawn) return; // nothing moves on its own once at rest
  drawn = shown;
  document.title = say('room', {code: room.code});
  const held = document.activeElement && document.activeElement.id;
  Object.assign(document.body.dataset, {phase: room.phase, mode: room.mode || '', kind: room.kind});
  const thanked = room.number && room.phase !== 'over' && dealt && dealt.thanks ? element('p', {class: 'quiet thanks'}, thanks()) : '';
  arrange(main, room.phase === 'over' ? ending() : [...(room.phase === 'lobby' ? lobby() : round()), foot(), thanked].filter(Boolean));
  if (held) document.getElementById(held)?.focus();
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

async function empty() { // whoever is there takes a seat again by itself
  if (!confirm(say('empty_why'))) return;
  try {
    await own('empty', {});
    tell(say('emptied'));
  } catch (error) { tell(error instanceof Refused ? error.message : say('offline')); }
}

async function look() {
  const newer = await own('stage');
  try {
    await fetched(newer);
    await recalled(newer);
  } catch (error) { // the pictures are gone: the room can still be ended, with its board
    if (!(error instanceof Refused) || error.status !== 410) throw error;
    tell(error.message);
  }
  room = newer;
  draw();
}

// The app in this browser is what the class looks at: what it computes comes before what phones ask for.
const app = new BroadcastChannel('veredas-room');
app.onmessage = ({data}) => { if (data.visitor && secret) own('projector', {visitor: data.visitor}).catch(() => {}); };

async function lead() {
  app.postMessage('who');
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
