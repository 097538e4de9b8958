// Runs before Gradio starts. ?lang= wins and is remembered; then what was remembered; then the browser's language.
(() => {
  let chosen = new URLSearchParams(location.search).get('lang');
  try {
    if (chosen) localStorage.setItem('veredas-language', chosen);
    else chosen = localStorage.getItem('veredas-language');
  } catch (error) { /* storage is closed to this page: the address alone decides */ }
  const portuguese = (chosen || navigator.language).toLowerCase().startsWith('pt');
  const language = portuguese ? 'pt-BR' : 'en';
  Object.defineProperty(navigator, 'language', {get: () => language});
  Object.defineProperty(navigator, 'languages', {get: () => [language]});
  document.documentElement.lang = language;
  document.documentElement.dataset.lang = portuguese ? 'pt' : 'en';
})();
