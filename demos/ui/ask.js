// Predict first: whether views ask before they show, and what was answered. See ask.py.
veredas.ask = (() => {
  const asked = new URLSearchParams(location.search), root = document.documentElement;
  let on = veredas.hidden.length > 0 || asked.get('hide') === '[]'; // a lesson
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
    one.style.minHeight = '';
    one.querySelector('.said').hidden = true;
  }
  document.addEventListener('click', (event) => {
    if (event.target.closest('button.asking')) toggle();
    const answer = event.target.closest('.ask .answers button');
    if (!answer) return;
    const one = answer.closest('.ask'), said = one.querySelector('.said');
    one.style.minHeight = `${one.offsetHeight}px`; // what is below stays where it is
    said.querySelector('b').innerHTML = answer.innerHTML; // our own words, in both languages
    said.hidden = false;
    one.classList.add('answered');
    one.dispatchEvent(new CustomEvent('answered', {bubbles: true}));
  });
  set(on);
  new MutationObserver((_, watch) => { // the switch comes later, and shows how it stands
    if (!document.querySelector('button.asking')) return;
    set(on);
    watch.disconnect();
  }).observe(document, {childList: true, subtree: true});
  return {set};
})();
