"""HTML whose marked parts can be picked: a bar, an example, a face of a sheet.

Any element inside with data-pick="..." raises the event `pick`; the handler reads `event.pick` (a string).
"""

import gradio as gr

JS = """
element.addEventListener('click', (e) => {
  const target = e.target.closest('[data-pick]');
  if (target && !target.disabled) trigger('pick', {pick: target.dataset.pick});
});
"""


class Clickable(gr.HTML):
    """gr.HTML with the event `pick`. Use buttons for what can be picked, so that the keyboard reaches it."""

    def __init__(self, value: str = "", script: str = "", **options: object):
        """script: what else runs once it stands there, as js_on_load of gr.HTML; it hears a click first."""
        super().__init__(value, js_on_load=script + JS, apply_default_css=False, **options)
