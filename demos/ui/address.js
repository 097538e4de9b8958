// The address follows what one does: tab, view, and what a link to them would carry. See links.py.
veredas.address = (() => {
  const PAGE = ['lang', 'hide', 'ask', '__theme']; // what holds for the whole page, whatever tab is open
  const LONGEST = 1500; // characters of one field: a longer one stays out of the address, which servers cut off
  const kept = {}; // tab -> its fields as they were last told
  const photos = {}; // tab -> whether a visitor's photo was encoded in it
  let here = new URLSearchParams(location.search).get('tab') || 'start';
  let timer = 0;

  function written(names, values) { // {name: text} of what a link carries
    const fields = {};
    names.forEach((name, i) => {
      const value = values[i] && values[i].values ? values[i].values.map((v) => +v.toFixed(3)) : values[i];
      if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return;
      if (String(value).startsWith('visiting:')) return; // a model of this visit: its name is secret
      fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
    });
    return fields;
  }
  function url(tab, fields, longest) {
    const link = new URL(location.pathname, location.origin), now = new URLSearchParams(location.search);
    for (const name of PAGE) if (now.has(name)) link.searchParams.set(name, now.get(name));
    link.searchParams.set('tab', tab);
    for (const [name, text] of Object.entries(fields)) if (text.length <= longest) link.searchParams.set(name, text);
    return link;
  }
  function write(how) { // 'pushState' makes a step to go back to
    clearTimeout(timer);
    const link = url(here, kept[here] || {}, LONGEST);
    if (link.href !== location.href) try { history[how](null, '', link); } catch (error) { /* a browser takes only so many in a while */ }
  }
  function keep(tab, names, values) {
    photos[tab] ||= values.some((value) => value && value.posterior);
    const before = kept[tab], fields = kept[tab] = written(names, values);
    if (photos[tab]) kept[tab] = fields.view ? {view: fields.view} : {}; // a visitor's face: in no address but a copied link
    if (tab !== here) return;
    if (before && before.view && fields.view !== before.view) write('pushState');
    else { clearTimeout(timer); timer = setTimeout(write, 400, 'replaceState'); }
  }
  function link(tab, names, values) {
    return url(tab, written(names, values), Infinity).href;
  }

  const button = (id) => document.getElementById(`${id}-button`);

  // ---- what a link says, or a tab shows first: it takes the place of nothing that was done meanwhile ----
  const settled = new Set();
  const inside = (value) => JSON.stringify((value && value.values) ?? value ?? '');
  function open(tab, names, first, told, values) { // what becomes of the fields; undefined: it stays as it is
    if (!told || settled.has(tab)) return names.map(() => undefined);
    settled.add(tab);
    const fields = JSON.parse(told);
    return names.map((name, i) => {
      if (!(name in fields) || inside(values[i]) !== inside(first[i])) return undefined;
      if (name === 'view') button(`view-${tab}-${fields.view}`)?.click();
      return fields[name];
    });
  }

  function begin() { // the page has loaded: `here` is the link's tab, or the one that was opened meanwhile
    if (!opened(`tab-${here}`)) button(`tab-${here}`)?.click();
  }

  function lead(tab, view, tries = 100) { // to a tab; and to a view of it, which may be built only then
    if (tries === 100) button(`tab-${tab}`)?.click();
    const inner = view && button(`view-${tab}-${view}`);
    if (inner) inner.click();
    else if (view && tries) setTimeout(lead, 50, tab, view, tries - 1);
  }

  // ---- a tab was opened ----
  const opened = (id) => button(id)?.getAttribute('aria-selected') === 'true';
  document.addEventListener('click', (event) => {
    const way = event.target.closest('[data-open]'); // in a text or picture, a way to another tab
    if (way) { lead(way.dataset.open, way.dataset.view); return; }
    const tab = event.target.closest('[role=tab]');
    const name = tab && /^tab-(\w+)-button$/.exec(tab.id);
    if (!name || name[1] === here) return;
    here = name[1];
    write('pushState');
  }, true);
  addEventListener('popstate', () => { // back and forward: the same tabs open, with what they hold by now
    const asked = new URLSearchParams(location.search), view = asked.get('view');
    here = asked.get('tab') || 'start';
    if (!opened(`tab-${here}`)) button(`tab-${here}`)?.click();
    if (view && !opened(`view-${here}-${view}`)) {
      if (kept[here]) kept[here].view = view; // not a step of its own
      button(`view-${here}-${view}`)?.click();
    }
  });
  return {keep, link, open, begin};
})();
