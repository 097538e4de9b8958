// Gradio heads its notices in English, by their kind; in Portuguese they say it in Portuguese.
if (veredas.portuguese) {
  const titles = {Error: 'Não deu certo', Warning: 'Atenção', Info: 'Aviso', Success: 'Pronto'};
  new MutationObserver(() => {
    for (const {firstChild} of document.querySelectorAll('.toast-title')) {
      const said = titles[firstChild?.data?.trim()];
      if (said) firstChild.data = `${said} `;
    }
  }).observe(document, {childList: true, subtree: true});
}
