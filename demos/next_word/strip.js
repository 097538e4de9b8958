// The words run on one line: its end is in sight, or the word that was tapped; so is the end of the field.
function show() {
  const strip = element.querySelector('.strip'), chosen = strip?.querySelector('[aria-pressed="true"]');
  if (strip) strip.scrollLeft = chosen ? chosen.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2 : strip.scrollWidth;
}
const FIELD = '.tab-next_word .sentence textarea'; // it may appear after these words do
function end() {
  const field = document.querySelector(FIELD);
  if (field && field !== document.activeElement) field.scrollTop = field.scrollHeight;
}
document.addEventListener('focusout', (event) => { if (event.target.matches(FIELD)) requestAnimationFrame(end); });
watch('value', () => requestAnimationFrame(() => { show(); end(); }));
