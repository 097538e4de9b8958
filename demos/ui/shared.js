// What the page and its components share: the visitor's language, numbers as written in it, the latest move wins.
const veredas = (() => {
  const portuguese = document.documentElement.dataset.lang === 'pt'; // language.js has run; a switch loads the page anew
  const locale = portuguese ? 'pt-BR' : 'en';
  const formats = {}; // one for each number of digits: making one takes longer than a slider may

  function say(pair, facts = {}) { // ['{n} rostos', '{n} faces'] in the visitor's language, its {fields} filled
    return pair[portuguese ? 0 : 1].replace(/{(\w+)}/g, (field, name) => (name in facts ? facts[name] : field));
  }

  function number(value, digits) { // 12,5 or 12.5; never -0
    formats[digits] ??= new Intl.NumberFormat(locale, {minimumFractionDigits: digits, maximumFractionDigits: digits});
    return formats[digits].format(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value);
  }

  // The latest move wins: one call under way, at most one waiting, and what waits is always the newest.
  // move(what): draw(await ask(what), what); rested(), once nothing has moved for `pause` ms.
  // move.drop(): what is under way or waiting counts no more. move.moving(): whether it has yet to come to rest.
  function latest(ask, draw, rested = () => {}, pause = 0) {
    let waiting = null, running = false, timer = 0, dropped = 0;
    async function move(what) {
      waiting = {what};
      clearTimeout(timer);
      timer = 0;
      if (running) return;
      running = true;
      while (waiting) {
        const now = waiting, before = dropped;
        waiting = null;
        try {
          const answer = await ask(now.what);
          if (before === dropped) await draw(answer, now.what);
        } catch (error) { reportError(error); } // the move that waits is drawn all the same
      }
      running = false;
      timer = setTimeout(() => { timer = 0; rested(); }, pause);
    }
    return Object.assign(move, {
      drop() { dropped += 1; waiting = null; },
      moving: () => running || timer !== 0,
    });
  }

  // A picture with nothing in it: a box that waits shows neither a broken image nor its text.
  const nothing = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==';

  return {nothing, portuguese, locale, language: portuguese ? 'pt' : 'en', say, number, latest};
})();
