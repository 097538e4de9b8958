// The quiz by hand and key: after the answer a tap on a face says where it came from, Enter goes on, and the
// result is copied. What is drawn comes from Python; see board.py and ending.py.
let dealing = false;

element.addEventListener('click', (event) => { // one round is dealt for two quick taps
  if (!event.target.closest('.quiz-next')) return;
  if (dealing) { event.stopImmediatePropagation(); return; }
  dealing = true;
  event.target.closest('.quiz-next').classList.add('dealing');
  setTimeout(() => { dealing = false; }, 5000); // should no answer come
}, true);
element.addEventListener('click', (event) => {
  const face = event.target.closest('.card[aria-expanded]'), copy = event.target.closest('[data-copy]');
  if (face) face.setAttribute('aria-expanded', face.getAttribute('aria-expanded') === 'false');
  if (copy) veredas.copy(copy.dataset.copy, copied);
});
document.addEventListener('keydown', (event) => { // Enter and space, unless what has the focus knows them
  const next = element.querySelector('.quiz-next');
  if (!['Enter', ' '].includes(event.key) || event.repeat || !next?.checkVisibility()) return;
  if (event.target !== document.body) return;
  event.preventDefault();
  next.click();
});
watch('value', () => {
  dealing = false;
  requestAnimationFrame(() => { // the button that was pressed is gone: the way on takes its place
    const next = element.querySelector('.quiz-next'), now = document.activeElement;
    next?.classList.remove('dealing');
    if (next?.checkVisibility() && (now === document.body || now.closest('.quiz-panel, .quiz') && !now.closest('.quiz-clues'))) next.focus({preventScroll: true});
  });
});
