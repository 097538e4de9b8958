// Sixteen faces, one picture. Runs once, when the component appears; see face_sheet.py for the contract.
const portuguese = document.documentElement.dataset.lang === 'pt';
const say = (pair) => pair[portuguese ? 0 : 1];
const sheet = element.querySelector('.gan-sheet');
const percent = new Intl.NumberFormat(portuguese ? 'pt-BR' : 'en', {style: 'percent', maximumFractionDigits: 0});
sheet.setAttribute('aria-label', say(texts.sheet));
const cells = Array.from({length: 16}, (_, i) => {
  const cell = document.createElement(holds ? 'button' : 'div');
  cell.innerHTML = '<span hidden></span><small hidden></small>';
  if (holds) Object.assign(cell, {type: 'button', onclick: () => trigger('pick', {pick: String(i)})});
  sheet.append(cell);
  return cell;
});

let shown = '', asked = '', timer = 0;
async function show(value) {
  const picture = value.picture;
  cells.forEach((cell, i) => mark(cell, i, (value.held || []).indexOf(i)));
  if (picture === shown) return;
  shown = picture;
  const image = new Image();
  image.src = picture;
  try { await image.decode(); } catch (error) { return; }
  if (shown !== picture) return; // a newer one has come
  sheet.style.backgroundImage = `url(${picture})`;
  sheet.dataset.ready = 'yes';
  if (judged) judge(value.key);
}
function mark(cell, i, place) {
  const letter = cell.querySelector('span');
  cell.classList.toggle('held', place >= 0);
  letter.hidden = place < 0;
  letter.textContent = place < 0 ? '' : 'AB'[place];
  if (!holds) return;
  cell.setAttribute('aria-pressed', place >= 0);
  cell.setAttribute('aria-label', say(texts.face).replace('{i}', i + 1) + (place < 0 ? '' : `: ${'AB'[place]}`));
}
function judge(key) { // once the picture rests
  cells.forEach((cell) => { cell.querySelector('small').hidden = true; });
  asked = JSON.stringify(key);
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = asked, answer = await server.opinions({key, language: portuguese ? 'pt' : 'en'});
    if (mine !== asked || answer.error) return;
    answer.opinions.forEach((p, i) => {
      const note = cells[i].querySelector('small');
      note.textContent = say(texts.real).replace('{p}', percent.format(p));
      note.hidden = false;
    });
  }, 250);
}
watch('value', () => { if (props.value && props.value.picture) show(props.value); });
if (props.value && props.value.picture) show(props.value);
