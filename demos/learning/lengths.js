// The line of lengths: how far one has scrolled, how many screens it takes, and a way to each end. See lengths.py.
const {number} = veredas, PER_PIXEL = 99, METRES = 0.0254 / 96;
const road = element.querySelector('.road'), count = element.querySelector('.count output');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const models = [...road.querySelectorAll('.model')];

function tell() { // the right edge of what is seen
  const pixels = road.scrollLeft + road.clientWidth, metres = pixels * METRES;
  count.textContent = `${number(pixels * PER_PIXEL, 0)} · ${number(metres, 1)} m`;
}
function measure() {
  if (!road.clientWidth) return;
  for (const model of models) {
    const screens = model.dataset.pixels / road.clientWidth;
    model.querySelector('output').textContent = screens < 0.1 ? '< ' + number(0.1, 1) : number(screens, screens < 10 ? 1 : 0);
  }
  tell();
}
for (const model of models) {
  model.querySelector('button').onclick = () => {
    const end = model.classList.contains('far') ? road.scrollWidth : model.dataset.pixels - road.clientWidth / 2;
    road.scrollTo({left: Math.max(0, end), behavior: still ? 'auto' : 'smooth'});
  };
}
road.addEventListener('scroll', tell, {passive: true});
new ResizeObserver(measure).observe(road);
