"""One-line changes that a test must notice; tests/mutate.py makes them one at a time."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """In `file`, the one line that reads `before` (less indent and comment) becomes `after`; tests to run."""

    file: str
    before: str
    after: str
    tests: str


MUTATIONS = [
    # ---- what everything uses ----
    Mutation(
        "generative/device.py",
        "return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))",
        "return torch.randn(*shape)",
        "tests/vae/test_model.py",
    ),
    Mutation(
        "generative/errors.py",
        "if not number or not low <= value <= high or (whole and value != int(value)):",
        "if not number or not low <= value <= high:",
        "tests/language/test_sampling.py",
    ),
    Mutation(
        "generative/once.py",
        "if key not in kept:",
        "if True:",
        "tests/test_once.py",
    ),
    Mutation(
        "generative/pictures.py",
        "ImageOps.exif_transpose(image, in_place=True)",
        "pass",
        "tests/test_pictures.py",
    ),
    Mutation(
        "generative/pictures.py",
        "if pixels > MEGAPIXELS:",
        "if pixels > 1000 * MEGAPIXELS:",
        "tests/test_pictures.py",
    ),
    Mutation(
        "generative/pictures.py",
        "frames += frames[-2:0:-1] if back else []",
        "frames += frames[::-1] if back else []",
        "tests/vae/test_directions.py",
    ),
    Mutation(
        "generative/weights.py",
        'same = stored["weights"] == checksum(of)',
        "same = True",
        "tests/vae/test_directions.py tests/gan/test_views.py",
    ),
    Mutation(
        "generative/weights.py",
        "return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name",
        "return str(path)",
        "tests/test_weights.py",
    ),
    # ---- photos ----
    Mutation(
        "generative/photos/detect.py",
        "if apart and face.size > largest / 2:",
        "if apart:",
        "tests/photos/test_detect.py",
    ),
    Mutation(
        "generative/photos/levelling.py",
        "gain = ((wanted - _power(waves, rings).log()) / 2).exp()",
        "gain = (wanted - _power(waves, rings).log()).exp()",
        "tests/photos",
    ),
    Mutation(
        "generative/photos/levelling.py",
        "x, colour = x - mean, mean.mean(0).expand(len(x), 3, 1, 1)",
        "x, colour = x - mean, mean",
        "tests/photos",
    ),
    Mutation(
        "generative/photos/sources.py",
        'return [name for name in pictures if "val" in Path(name).parts[:-1]] or pictures',
        "return pictures",
        "tests/photos",
    ),
    # ---- the GAN ----
    Mutation(
        "generative/gan/model.py",
        "return mapping.w_avg + psi * (w - mapping.w_avg)",
        "return psi * w",
        "tests/gan/test_model.py",
    ),
    Mutation(
        "generative/gan/model.py",
        "return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()",
        "return F.softplus(real_logits).mean() + F.softplus(fake_logits).mean()",
        "tests/gan/test_model.py",
    ),
    Mutation(
        "generative/gan/model.py",
        "return F.softplus(-fake_logits).mean()",
        "return -F.softplus(fake_logits).mean()",
        "tests/gan/test_model.py",
    ),
    Mutation(
        "generative/gan/model.py",
        "return gradient.square().sum((1, 2, 3)).mean()",
        "return gradient.square().mean()",
        "tests/gan/test_model.py",
    ),
    Mutation(
        "generative/gan/model.py",
        "w = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)",
        "w = z",
        "tests/gan/test_model.py",
    ),
    Mutation(
        "generative/gan/quality.py",
        "cross = torch.linalg.eigvalsh(root @ S_b @ root).clamp_min(0).sqrt().sum()",
        "cross = torch.linalg.eigvalsh(root @ S_b @ root).clamp_min(0).sum()",
        "tests/gan",
    ),
    Mutation(
        "generative/gan/quality.py",
        "reach = torch.cdist(manifold, manifold).kthvalue(NEIGHBOURS + 1).values",
        "reach = torch.cdist(manifold, manifold).kthvalue(NEIGHBOURS).values",
        "tests/gan",
    ),
    Mutation(
        "generative/gan/styles.py",
        "w[:, list(levels)] = w_b[:, None]",
        "w[:, list(levels)] = w_a[:, None]",
        "tests/gan",
    ),
    Mutation(
        "generative/gan/styles.py",
        "return t.cos() * z_a + t.sin() * z_p",
        "return t.cos() * z_a + t.sin() * z_b",
        "tests/gan",
    ),
    # ---- games ----
    Mutation(
        "generative/games/quiz.py",
        "shown = photos.levelling.alike([_enlarged(drawn.shown) for drawn in made], draw)",
        "shown = [_enlarged(drawn.shown) for drawn in made]",
        "tests/games/test_quiz.py",
    ),
    Mutation(
        "generative/games/quiz.py",
        'padded = [file.ljust(longest, b"\\0") for file in files]',
        "padded = [file for file in files if longest]",
        "tests/games/test_quiz.py",
    ),
    Mutation(
        "generative/games/quiz.py",
        "return p_real.index(min(p_real))",
        "return p_real.index(max(p_real))",
        "tests/games/test_quiz.py",
    ),
    Mutation(
        "generative/games/score.py",
        "self.squares + (0.0 if sure is None else (sure - correct) ** 2),",
        "self.squares + (0.0 if sure is None else abs(sure - correct)),",
        "tests/games/test_score.py",
    ),
    Mutation(
        "generative/games/score.py",
        "max(self.best, streak),",
        "streak,",
        "tests/games/test_score.py",
    ),
    Mutation(
        "generative/games/seal.py",
        "return Fernet(key()).encrypt(json.dumps(content).encode().ljust(SEALED)).decode()",
        "return Fernet(key()).encrypt(json.dumps(content).encode()).decode()",
        "tests/games",
    ),
    Mutation(
        "generative/games/albums.py",
        "if len(pictures) < LEAST:",
        "if not pictures:",
        "tests/games/test_albums.py",
    ),
    Mutation(
        "generative/games/albums.py",
        "self.albums = {name: kept for name, kept in self.albums.items() if kept.used > now - IDLE}",
        "self.albums = dict(self.albums)",
        "tests/games/test_albums.py",
    ),
    # ---- training ----
    Mutation(
        "generative/training/average.py",
        "weight = 1 - 0.5 ** (1 / half_life)",
        "weight = 0.5 ** (1 / half_life)",
        "tests/training/test_faces.py",
    ),
    Mutation(
        "generative/training/data.py",
        "return zlib.crc32(name.encode()) % 100 < percent",
        "return len(name) % 100 < percent",
        "tests/training",
    ),
    Mutation(
        "generative/training/language_method.py",
        "return peak * min(1.0, (steps + 1) / warmup) * min(1.0, max(0.0, 1 - done) / r.decay)",
        "return peak * min(1.0, (steps + 1) / warmup)",
        "tests/training/test_language.py",
    ),
    Mutation(
        "generative/training/language_measure.py",
        "y = [-100] * half + y[half:]",
        "y = list(y)",
        "tests/training/test_language.py",
    ),
    # ---- the page ----
    Mutation(
        "demos/ui/templates.py",
        "autoescape=True,",
        "autoescape=False,",
        "tests/next_word",
    ),
    Mutation(
        "demos/ui/texts.py",
        "if 0 < 100 * p < least:",
        "if False:",
        "tests/ui/test_texts.py",
    ),
    Mutation(
        "demos/ui/links.py",
        "return value if number and low <= value <= high else default",
        "return value if number else default",
        "tests/ui",
    ),
    Mutation(
        "demos/ui/links.py",
        'if query.get("tab") != tab or not text or len(text) > LONGEST:',
        "if not text or len(text) > LONGEST:",
        "tests/ui",
    ),
    Mutation(
        "demos/room/votes.py",
        'if room.phase != "open" or number != room.number:',
        'if room.phase != "open":',
        "tests/room",
    ),
    Mutation(
        "demos/room/limits.py",
        "while events and events[0] <= now - self.seconds:",
        "while False:",
        "tests/room",
    ),
]
