// Three small stages: each asks for its film once it is seen, plays it once, and rests. See films.py.
const {language, say} = veredas;
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const PACE = {written: 330, smiled: 100, denoised: 120}; // ms a frame: none plays for more than three seconds

const show = {
  written(tile, frame) {
    tile.querySelector('.sentence').textContent = `${frame.text} …`;
    const most = Math.max(...frame.bars.map((bar) => bar.p));
    const words = tile.querySelector('.words');
    while (words.children.length < frame.bars.length) words.append(row());
    frame.bars.forEach((bar, i) => {
      const [name, rail] = words.children[i].children;
      name.textContent = bar.word;
      rail.firstChild.style.width = `${100 * bar.p / most}%`;
      words.children[i].classList.toggle('drawn', bar.word === frame.drawn);
    });
  },
  smiled(tile, frame) {
    picture(tile, frame.image);
    tile.querySelector('.rail i').style.left = `${50 + 50 * frame.place}%`;
  },
  denoised(tile, frame) {
    picture(tile, frame.image);
    tile.querySelector('.steps').textContent = say(texts.step, {k: frame.step, n: frame.steps});
  },
};
function row() {
  const made = document.createElement('span');
  made.innerHTML = '<small></small><span class="track"><i></i></span>';
  return made;
}
function picture(tile, image) {
  const img = tile.querySelector('img');
  img.src = image.src;
  img.hidden = false;
}
async function decoded(frame) {
  if (!frame.picture) return frame;
  const image = new Image();
  image.src = frame.picture;
  await image.decode();
  return {...frame, image};
}

async function play(tile) {
  const name = tile.dataset.film, wait = tile.querySelector('.wait');
  const late = setTimeout(() => { wait.textContent = say(texts.wait); }, 400);
  let answer;
  try { answer = await server.film({name, language}); } catch (error) { answer = {error: say(texts.lost)}; }
  clearTimeout(late);
  wait.textContent = answer.error || '';
  if (answer.error) return;
  const frames = await Promise.all(answer.frames.map(decoded));
  tile.dataset.ready = 'yes';
  for (const frame of still ? frames.slice(-1) : frames) {
    show[name](tile, frame);
    await new Promise((next) => setTimeout(next, PACE[name]));
  }
}
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    play(entry.target);
  }
}, {threshold: 0.4});
element.querySelectorAll('.film').forEach((tile) => seen.observe(tile));
