// Runs before Gradio starts. ?lang= wins and is remembered; then what was remembered; then the browser's language.
(() => {
  const known = (name) => (/^(pt|en)\b/i.test(name ?? '') ? name : null); // any other counts for nothing
  let chosen = known(new URLSearchParams(location.search).get('lang'));
  try {
    if (chosen) localStorage.setItem('veredas-language', chosen);
    else chosen = known(localStorage.getItem('veredas-language'));
  } catch (error) { /* storage is closed to this page: the address alone decides */ }
  const portuguese = (chosen || navigator.language).toLowerCase().startsWith('pt');
  const language = portuguese ? 'pt-BR' : 'en';
  Object.defineProperty(navigator, 'language', {get: () => language});
  Object.defineProperty(navigator, 'languages', {get: () => [language]});
  document.documentElement.lang = language;
  document.documentElement.dataset.lang = portuguese ? 'pt' : 'en';
  const fetched = window.fetch; // Python answers in the language of the page, not of the browser
  window.fetch = (what, how = {}) => {
    const own = new URL(what instanceof Request ? what.url : what, location.href).origin === location.origin;
    if (!own || what instanceof Request) return fetched(what, how);
    const headers = new Headers(how.headers);
    if (!headers.has('Accept-Language')) headers.set('Accept-Language', language);
    return fetched(what, {...how, headers});
  };
})();
