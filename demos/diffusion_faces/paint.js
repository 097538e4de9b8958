// What is on screen as one picture, to keep. Put before the scripts of photo and six.
function painted(width, height, paint) { // paint(pen, write): the picture as data:image/png
  const canvas = Object.assign(document.createElement('canvas'), {width, height});
  const pen = canvas.getContext('2d'), look = getComputedStyle(element);
  const colour = (name) => look.getPropertyValue(name).trim();
  pen.fillStyle = colour('--v-paper');
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = 'high';
  pen.textBaseline = 'middle';
  const write = (text, x, y, {ink = '--v-ink', bold = false, align = 'left', most = width} = {}) => {
    pen.font = `${bold ? 600 : 400} 18px ${look.fontFamily}`;
    pen.textAlign = align;
    pen.fillStyle = colour(ink);
    pen.fillText(text, x, y, most);
  };
  paint(pen, write);
  return canvas.toDataURL('image/png');
}
