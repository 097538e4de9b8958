// What the page itself does: language switch, projector switch, copying a link, saving a file, keys.
Object.assign(veredas, {
  toast(text) {
    const note = document.createElement('div');
    note.className = 'v-toast';
    note.setAttribute('role', 'status');
    note.textContent = text;
    document.body.append(note);
    setTimeout(() => note.remove(), 2200);
  },

  async copy(text, said) {
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) { // plain http from another machine has no clipboard: the old way
      const field = document.createElement('textarea');
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    veredas.toast(veredas.say(said));
  },

  save(url, name) {
    if (!url) return;
    const link = document.createElement('a');
    Object.assign(link, {href: url, download: name});
    document.body.append(link);
    link.click();
    link.remove();
  },

  table(names, rows, name) { // a CSV file; what is no number of JSON is left empty
    const cell = (value) => (typeof value === 'number' && !Number.isFinite(value) ? '' : value);
    const text = [names, ...rows].map((row) => row.map(cell).join(',')).join('\n');
    veredas.save(`data:text/csv;charset=utf-8,${encodeURIComponent(text)}`, `${name}.csv`);
  },
  picture(canvas, name) { // a PNG file, as it stands on the page: a canvas is transparent
    const copy = Object.assign(document.createElement('canvas'), {width: canvas.width, height: canvas.height}), pen = copy.getContext('2d');
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.drawImage(canvas, 0, 0);
    veredas.save(copy.toDataURL('image/png'), `${name}.png`);
  },

  project() {
    const on = document.body.classList.toggle('projector');
    document.querySelector('button.projector').setAttribute('aria-pressed', on);
  },
});

// The thing itself, whole on the first screen, carries data-stage: a component's class is all that Python can give it.
new MutationObserver(() => {
  for (const thing of document.querySelectorAll('.on-stage:not([data-stage])')) thing.dataset.stage = '';
}).observe(document, {childList: true, subtree: true});

// Gradio has read its configuration by now; without it, whoever searches the page for untranslated keys finds none.
document.querySelectorAll('script').forEach((script) => {
  if (script.textContent.startsWith('window.gradio_config')) script.remove();
});

// A lesson link hides controls: ?hide=["model","views"] takes away what has the class c-model, c-views.
veredas.hidden = (() => {
  let names = [];
  try { names = JSON.parse(new URLSearchParams(location.search).get('hide') || '[]'); } catch (error) { /* a broken link hides nothing */ }
  return Array.isArray(names) ? names.filter((name) => /^[a-z]{2,20}$/.test(name)) : [];
})();
veredas.hide = () => {
  const style = document.createElement('style');
  const rules = veredas.hidden.map((name) => (name === 'views' ? '.views > .tab-wrapper' : `.c-${name}`));
  style.textContent = rules.length ? `${rules.join(', ')} { display: none !important; }` : '';
  document.head.append(style);
};
veredas.hide();

document.addEventListener('click', (event) => {
  const language = event.target.closest('[data-language]');
  if (language) {
    const link = new URL(location.href);
    link.searchParams.set('lang', language.dataset.language);
    location.href = link.href;
  }
  if (event.target.closest('button.projector')) veredas.project();
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input:not([type=range]), textarea, select, [contenteditable]');
  if (event.key.toLowerCase() === 'p' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) veredas.project();
});
document.addEventListener('keydown', (event) => { // arrows go from tab to tab, and open it
  const tab = event.target.closest('[role=tab]'), step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (!tab || !step) return;
  event.preventDefault();
  event.stopPropagation();
  const all = [...tab.parentElement.querySelectorAll('[role=tab]')].filter((one) => one.offsetParent && !one.disabled);
  const next = all[(all.indexOf(tab) + step + all.length) % all.length];
  next.focus();
  next.click();
}, true);
new MutationObserver((changes) => { // a row of tabs that scrolls sideways shows the open one, by whomever it was opened
  for (const {target} of changes) {
    if (target.matches('.tab-container [aria-selected="true"]')) target.scrollIntoView({block: 'nearest', inline: 'center'});
  }
}).observe(document, {subtree: true, attributeFilter: ['aria-selected']});
document.addEventListener('keydown', (event) => { // A, B, C choose a face while three faces ask for it
  if (event.target.closest('input, textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
  const face = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (face && face.offsetParent) face.click();
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]; // and the arrows go from face to face
  const faces = [...document.querySelectorAll('.quiz button[data-key]')].filter((one) => one.offsetParent);
  if (step && faces.length) faces[(faces.indexOf(document.activeElement) + step + faces.length) % faces.length].focus();
});
