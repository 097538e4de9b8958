() => { // the visitor's text and what was written after it, as a file; no server takes part
  const page = document.querySelector('.tab-next_word .written').cloneNode(true);
  for (const number of page.querySelectorAll('small')) number.remove();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${page.textContent.trim()}\n`], {type: 'text/plain;charset=utf-8'}));
  link.download = 'veredas.txt';
  link.click();
  URL.revokeObjectURL(link.href);
}
