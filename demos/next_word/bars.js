// The likeliest word is read aloud once the bars rest: by an element that stays, since the bars are drawn anew.
const aloud = document.createElement('p');
Object.assign(aloud, {className: 'aloud', role: 'status', ariaLive: 'polite'});
element.parentElement.append(aloud);
let rest = 0;
watch('value', () => {
  clearTimeout(rest);
  rest = setTimeout(() => { aloud.textContent = element.querySelector('[data-aloud]')?.dataset.aloud ?? ''; }, 700);
});
