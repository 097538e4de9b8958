// Sixteen faces, one picture. Runs once, when the component appears; see face_sheet.py for the contract.
const {language, say} = veredas;
const sheet = element.querySelector('.gan-sheet');
const percent = new Intl.NumberFormat(veredas.locale, {style: 'percent', maximumFractionDigits: 0});
sheet.setAttribute('aria-label', say(texts.sheet));
const cells = Array.from({length: 16}, (_, i) => {
  const cell = document.createElement('button');
  cell.innerHTML = '<span hidden></span><small hidden></small>';
  Object.assign(cell, {type: 'button', onclick: () => trigger('pick', {pick: String(i)})});
  sheet.append(cell);
  return cell;
});

let shown = '', asked = '', timer = 0;
let key = []; // of what is drawn at once
let wished = null; // before there was a first sheet
function take(value) {
  if (!value || !value.picture) return;
  cells.forEach((cell, i) => mark(cell, i, (value.held || []).indexOf(i)));
  if (draw.moving()) return; // something newer is on its way
  key = value.key;
  show(value.picture, key);
  if (wished) sheet.dispatchEvent(new CustomEvent('draw', {detail: wished}));
  wished = null;
}
async function show(picture, its) {
  if (picture === shown) return;
  shown = picture;
  const image = new Image();
  image.src = picture;
  try { await image.decode(); } catch (error) { return; }
  if (shown !== picture) return; // a newer one has come
  sheet.style.backgroundImage = `url(${picture})`;
  sheet.dataset.ready = 'yes';
  judge(its);
}
function mark(cell, i, place) {
  const letter = cell.querySelector('span');
  cell.classList.toggle('held', place >= 0);
  letter.hidden = place < 0;
  letter.textContent = place < 0 ? '' : 'AB'[place];
  cell.setAttribute('aria-pressed', place >= 0);
  cell.setAttribute('aria-label', say(texts.face, {i: i + 1}) + (place < 0 ? '' : `: ${'AB'[place]}`));
}
function judge(its) { // once the picture rests
  cells.forEach((cell) => { cell.querySelector('small').hidden = true; });
  asked = JSON.stringify(its);
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = asked, answer = await server.opinions({key: its, language});
    if (mine !== asked || answer.error) return;
    answer.opinions.forEach((p, i) => {
      const note = cells[i].querySelector('small');
      note.innerHTML = `<i>D: </i>${percent.format(p)}<i> real</i><u> ↔ ${veredas.number(answer.near[i], 1)}</u>`; // in both languages
      note.hidden = false;
    });
  }, 250);
}

// ---- drawn at once, past the queue; Python hears of it when the hand rests ----
sheet.addEventListener('draw', ({detail}) => {
  if (!key.length) { wished = {...wished, ...detail}; return; }
  const {seed, psi = key[2], noise = key[3]} = detail;
  const fresh = seed !== undefined;
  key = [...(fresh ? [seed, ''] : key.slice(0, 2)), psi, noise];
  if (fresh) cells.forEach((cell, i) => mark(cell, i, -1));
  draw(key);
});
const draw = veredas.latest(
  (its) => server.draw({key: its, language}).catch(() => ({})), // what follows says so
  (answer, its) => (answer.picture ? show(answer.picture, its) : null),
  () => trigger('drew', {key}),
  120,
);
watch('value', () => take(props.value));
take(props.value);
