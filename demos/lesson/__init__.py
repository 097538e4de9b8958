"""Pages beside the tabs: /lesson shows one state of the app after another, /worksheets prints on paper."""

from demos.lesson.routes import served

__all__ = ["served"]
