// The words run on one line: its end is in sight, or the word that was tapped; so is the end of the field.
function show() {
  const strip = element.querySelector('.strip'), chosen = strip?.querySelector('[aria-pressed="true"]');
  if (strip) strip.scrollLeft = chosen ? chosen.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2 : strip.scrollWidth;
}
const field = document.querySelector('.tab-next_word .sentence textarea');
const end = () => { if (field !== document.activeElement) field.scrollTop = field.scrollHeight; };
field?.addEventListener('blur', () => requestAnimationFrame(end));
watch('value', () => requestAnimationFrame(() => { show(); if (field) end(); }));
