// The phone's vote, held until the room has it: through an outage, a reload, and in every tab of this phone. The
// newest one goes out, one call at a time, or an older one could arrive last.
let held = null; // {round, choice, at}: tapped, and not yet counted
let lost = null; // {round, choice}: came after voting had ended
let turns = 0; // taps and answers so far: what the server said before the last one must not undo it
let sending = false;
let away = false; // no connection
const ORPHAN = 3000; // ms after which another tab's vote is taken over: that tab may be gone
const DAY = 24 * 3600 * 1000; // ms: a room lasts no longer
const shelf = () => `veredas-vote-${code}`; // shared by the tabs of this phone
const chosen = () => (held && held.round === room.number ? held.choice : room.mine);

function keep(vote, state) { // 'held', 'counted' or 'refused', for the other tabs too
  turns += 1;
  held = state === 'held' ? vote : null;
  try { localStorage.setItem(shelf(), JSON.stringify({...vote, state})); } catch { /* kept in this tab alone */ }
}

function found() { // what this phone has on its shelf, from before a reload or from another tab
  try {
    const vote = JSON.parse(localStorage.getItem(shelf()));
    return vote && Date.now() - vote.at < DAY ? vote : null;
  } catch { return null; }
}

function take() { // the shelf's word on this phone's vote
  const {state, ...vote} = found() || {};
  turns += 1;
  held = state === 'held' ? vote : null;
  if (room && state === 'counted' && vote.round === room.number) room.mine = vote.choice;
  refresh();
}

function refresh() { // no other phase shows any of this, and in the lobby a nickname may be half typed
  if (room && room.phase === 'open') draw();
}

function choose(place) {
  if (room.phase !== 'open') return;
  lost = null;
  keep({round: room.number, choice: place, at: Date.now()}, 'held');
  draw();
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  while (held) {
    const vote = held;
    try {
      await call(`${base}/vote`, {round: vote.round, choice: vote.choice}, {patience: PATIENCE});
      online();
      settle(vote, 'counted');
    } catch (error) {
      const waits = !(error instanceof Refused) || [429, 503].includes(error.status); // many are entering, no room on the disk: later
      if (!waits) { refused(vote, error); continue; }
      if (error instanceof Refused) tell(error.message); else offline();
      await pause(700);
    }
  }
  sending = false;
}

function settle(vote, state) {
  if (state === 'counted' && vote.round === room.number) room.mine = vote.choice;
  if (held === vote) keep(vote, state); else turns += 1; // a newer one goes out next
  draw();
}

function refused(vote, error) {
  if (error.status === 409) lost = vote;
  settle(vote, 'refused');
  if (error.status !== 409) tell(error.message);
  else if (vote.round !== room.number) tell(say('late_before', {n: vote.round, choice: LETTERS[vote.choice] || say('none')}));
}

function offline() {
  tell(say('offline'));
  if (away) return;
  away = true;
  refresh();
}

function online() {
  if (note.textContent === say('offline')) tell('');
  if (!away) return;
  away = false;
  refresh();
}

function follow_up() { // after each word from the room: a vote that no tab has sent goes out now
  if (held && !sending && Date.now() - held.at > ORPHAN) send();
}

addEventListener('storage', (event) => { if (event.key === shelf()) take(); });
addEventListener('offline', () => offline());
for (const name of ['online', 'pageshow']) addEventListener(name, () => wake());
document.addEventListener('visibilitychange', () => { if (!document.hidden) wake(); });
