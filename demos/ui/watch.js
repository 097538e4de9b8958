// Asks for the records of some work until all are there, or something else is asked for. See watch.py.
const {language, say} = veredas;
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const draw = () => Math.floor(Math.random() * 100000); // a seed
// Not crypto.randomUUID, which a page in plain http does not have. Known to this page alone, and gone with it.
veredas.visitor ??= [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

// The teacher's page of a room, where it is open in this browser, hears who is here and says that a class looks on.
veredas.room ??= (() => {
  const room = new BroadcastChannel('veredas-room'), here = () => room.postMessage({visitor: veredas.visitor});
  room.onmessage = ({data}) => { if (data === 'who') here(); };
  here();
  return room;
})();

// What Python sets is taken while the view is open: one that is not in sight computes nothing, and goes on with what
// it had begun once it is seen again.
function receive(take) {
  const seen = () => requestAnimationFrame(() => { if (props.value && element.checkVisibility()) take(props.value); });
  watch('value', seen);
  new IntersectionObserver(seen).observe(element);
}

// A visitor watches one work at a time, whichever view asks for it: the next press ends the one before.
// news(records, answer) for what is new; waits(text) for what is to be said meanwhile; true once all are there.
async function follow(what, have, news, waits) {
  const mine = veredas.watching = {};
  let ahead = 0;
  while (mine === veredas.watching) {
    let answer;
    try {
      answer = await server.more({...what, have, ahead, visitor: veredas.visitor, language});
    } catch (error) { answer = {error: say(texts.silent)}; }
    if (mine !== veredas.watching) return false;
    if (answer.error) { waits(answer.error); return false; }
    ahead = answer.ahead;
    waits(ahead ? say(texts.queue, {n: ahead, s: Math.max(1, Math.round(answer.wait))}) : '');
    have += answer.records.length;
    if (answer.records.length) news(answer.records);
    if (answer.done) return true;
  }
  return false;
}
