"""Veredas: the table of contents. GRADIO_SERVER_PORT, GRADIO_SERVER_NAME and VEREDAS_PHOTOS may be set."""

import argparse
import gc
import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")  # small models: threads wait for one another
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
if __name__ == "__main__":
    gc.disable()  # until all is loaded (memory.settle); tests import this file and keep theirs

import gradio as gr

from demos import diffusion_faces, gan_faces, learning, lesson, next_word, points, real_face, start, vae_faces
from demos.room.routes import routes
from demos.ui import agents, doors, face, frame, guard, links, memory, models, texts, theme, warm

FOLDERS = (start, next_word, learning, real_face, points, vae_faces, gan_faces, diffusion_faces)
TABS = [folder.tab for folder in FOLDERS]


def build() -> gr.Blocks:
    """A header and the tabs."""
    with guard.Guarded(title="Veredas", fill_width=True, delete_cache=(3600, 3600)) as page:
        theme.header()
        language_box = gr.Textbox("en", visible="hidden")
        with gr.Tabs(overflow_behavior="wrap", elem_classes="rooms") as tabs:
            for module in TABS:
                with frame.tab(module.TEXTS["tab"], module.TAB) as tab:
                    module.build(tabs, tab, language_box)
        links.open_tab(page, [module.TAB for module in TABS])
        page.load(None, outputs=language_box, js="() => navigator.language", api_visibility="private")
    return page


def launch(page: gr.Blocks) -> None:
    """Serve, then load the models behind the page that is already up."""
    beside = [*routes(), *lesson.served(page), *face.routes(), agents.ROUTE]
    memory.prepare(page)
    page.queue(default_concurrency_limit=8).launch(  # one slow Hub model must not hold up the others
        **theme.look(),
        i18n=texts.i18n(theme.TEXTS, frame.FOOT, links.TEXTS, models.TEXTS, *texts.of(TABS)),
        run_history=False,
        app_kwargs={"middleware": [doors.DOORS, theme.LANGUAGE_FIRST], "routes": beside},
        max_file_size="20mb",
        max_threads=200,  # who waits for heavy work holds one
        footer_links=["api"],
        prevent_thread_lock=True,
        mcp_server=agents.tools(),
        ssr_mode=False,  # a server-rendered page would bypass the middleware
    )
    doors.say_where(page)
    warm.behind(warm.all_models, memory.give_back)
    page.block_thread()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter).parse_args()
    launch(build())
