// A file that somebody chose, as what may be sent: a JPEG, which every browser turns upright, is scaled here; of
// all other kinds (a turned WebP, a PNG of twelve bits, AVIF) Python reads the file itself, so that the page and the
// API see the same picture.
const photoFile = (() => {
  const LARGEST = 20_001_000; // bytes: what is larger is cut, and Python says that it is too large

  function drawn(source, width, height, longest, quality) {
    const scale = Math.min(1, longest / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/jpeg', quality);
  }

  async function scaled(blob, longest, quality) { // '' for what is no JPEG, or none that a browser can draw
    const [one, two] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
    if (one !== 0xff || two !== 0xd8) return '';
    const bitmap = await createImageBitmap(blob, {imageOrientation: 'from-image'});
    return drawn(bitmap, bitmap.width, bitmap.height, longest, quality);
  }

  function whole(blob) { // the file as a data URL
    return new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(blob.slice(0, LARGEST, blob.type || 'application/octet-stream'));
    });
  }

  return {drawn, scaled, whole};
})();
