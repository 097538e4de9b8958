// Predict first: whether views ask before they show, and what was answered. See ask.py.
veredas.ask = (() => {
  const asked = new URLSearchParams(location.search), root = document.documentElement;
  let on = asked.has('hide'); // a lesson
  try { on = on || localStorage.getItem('veredas-ask') === 'yes'; } catch (error) { /* storage is closed to this page */ }
  if (asked.has('ask')) on = !['0', 'false'].includes(asked.get('ask'));

  function set(now) {
    on = now;
    root.dataset.ask = on ? 'yes' : 'no';
    document.querySelector('button.asking')?.setAttribute('aria-pressed', on);
  }
  function toggle() {
    set(!on);
    try { localStorage.setItem('veredas-ask', on ? 'yes' : 'no'); } catch (error) { /* for this visit only */ }
    const link = new URL(location.href);
    link.searchParams.set('ask', on ? '1' : '0');
    history.replaceState(null, '', link);
    if (on) for (const one of document.querySelectorAll('.ask.answered')) again(one);
  }
  function again(one) {
    one.classList.remove('answered');
    one.querySelector('.said').hidden = true;
  }
  document.addEventListener('click', (event) => {
    if (event.target.closest('button.asking')) toggle();
    const answer = event.target.closest('.ask .answers button');
    if (!answer) return;
    const one = answer.closest('.ask'), said = one.querySelector('.said');
    said.querySelector('b').innerHTML = answer.innerHTML; // our own words, in both languages
    said.hidden = false;
    one.classList.add('answered');
    one.dispatchEvent(new CustomEvent('answered', {bubbles: true}));
  });
  set(on);
  document.addEventListener('DOMContentLoaded', () => set(on));
  return {set};
})();
