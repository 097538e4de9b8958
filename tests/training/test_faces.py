import io
import tarfile
from dataclasses import replace

import pytest
import torch
from PIL import Image

from generative import vae, weights
from generative.gan.model import Discriminator, GanConfig, enlarge
from generative.training import average, checkpoint, data, gan_trials
from generative.training import gan as gan_recipe
from generative.training import vae as vae_recipe


def picture(colour: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), (colour, 0, 255 - colour)).save(buffer, "PNG")
    return buffer.getvalue()


def test_photos_come_from_a_folder_or_a_tar_alike(tmp_path):
    for split in ("train", "val"):
        (tmp_path / "photos" / split).mkdir(parents=True)
        for i in range(3):
            (tmp_path / "photos" / split / f"{split}_{i}.png").write_bytes(picture(i * 80))
        (tmp_path / "photos" / split / "labels.csv").write_text("file\n")
    with tarfile.open(tmp_path / "photos.tar", "w") as tar:
        tar.add(tmp_path / "photos", ".")
    for split in ("train", "val"):
        folder = data.load_photos(tmp_path / "photos", 16, split)
        packed = data.load_photos(tmp_path / "photos.tar", 16, split)
        assert torch.equal(folder.pictures, packed.pictures) and folder.pictures.shape == (3, 3, 16, 16)
        assert all(split in name for name in folder.names)


def test_without_a_val_folder_a_share_is_held_out_and_never_trained_on(tmp_path):
    for i in range(200):
        (tmp_path / f"{i}.png").write_bytes(picture(i))
    train, val = (set(data.load_photos(tmp_path, 8, split).names) for split in ("train", "val"))
    assert not train & val and len(train | val) == 200 and 2 <= len(val) <= 25


def test_texts_are_read_as_documents_and_split_without_overlap(tmp_path):
    (tmp_path / "en_test.txt").write_text("\n\n".join(f"document {i}\nsecond line" for i in range(500)))
    train, val = (data.load_texts(tmp_path, split)[0].documents for split in ("train", "val"))
    assert len(train) + len(val) == 500 and not set(train) & set(val) and 1 <= len(val) <= 30


def test_a_resumed_run_takes_the_very_same_step(tmp_path):
    def start():
        torch.manual_seed(0)
        model = torch.nn.Linear(4, 4)
        return model, torch.optim.Adam(model.parameters(), 0.1)

    def step(model, optimizer):
        optimizer.zero_grad()
        model(torch.ones(1, 4)).square().sum().backward()
        optimizer.step()

    model, optimizer = start()
    step(model, optimizer)
    checkpoint.save(tmp_path, {"m": model}, {"o": optimizer}, {"images": 7})
    step(model, optimizer)
    again, again_optimizer = start()
    assert checkpoint.load(tmp_path, {"m": again}, {"o": again_optimizer}) == {"images": 7}
    step(again, again_optimizer)
    assert torch.equal(model.weight, again.weight)


def test_players_of_twice_the_size_begin_with_the_picture_and_the_layers_of_the_small_ones():
    small, large = (GanConfig(z_dim=8, g_channels=(8,) * n, d_channels=(8,) * n) for n in (3, 4))
    recipe, cpu = gan_recipe.GanRecipe(batch=4), torch.device("cpu")
    old = gan_recipe.Players(small, recipe, cpu)
    new = gan_trials.grow(old, large, recipe, cpu)
    w = torch.randn(2, 8)
    torch.testing.assert_close(new.G.grow(w, 0.0)[-1], enlarge(old.G.grow(w, 0.0)[-1]))
    for i, block in enumerate(old.D.blocks):
        assert torch.equal(new.D.blocks[i + 1].conv1.weight, block.conv1.weight)


def test_no_checkpoint_is_none_and_not_a_fresh_start_in_disguise(tmp_path):
    assert checkpoint.load(tmp_path, {}, {}) is None


def parts() -> vae_recipe.Parts:
    """A VAE of few numbers, with its critic."""
    config = vae.model.VaeConfig(z_dim=4, channels=(8, 8, 16, 16))
    return vae_recipe.Parts(config, vae_recipe.VaeRecipe(batch=8), torch.device("cpu"))


def test_the_vae_recipe_learns_a_handful_of_pictures():
    torch.manual_seed(0)
    photos = (torch.randint(0, 2, (8, 3, 1, 1)) * 255).to(torch.uint8).expand(-1, -1, 64, 64).contiguous()
    p = parts()
    p.optimizer.param_groups[0]["lr"] = 3e-3
    before = vae.measure.measure(p.model, photos)
    run = vae_recipe.train(p, vae_recipe.VaeRecipe(batch=8), photos, 0, critic=False)
    steps = [step for step, _ in zip(run, range(250), strict=False)]
    assert steps[-1].recon < steps[0].recon / 2
    assert steps[-1].beta == 4.0 and steps[0].beta < 0.1  # KL warm-up
    assert steps[-1].images == 250 * 8
    assert vae.measure.measure(p.model, photos).psnr > before.psnr


@pytest.mark.parametrize("half_life", [1, 3, 10])
def test_after_its_half_life_a_moving_average_has_come_half_the_way(half_life):
    slow, fast = torch.nn.BatchNorm1d(1), torch.nn.BatchNorm1d(1)
    torch.nn.init.constant_(fast.weight, 3.0)
    fast.running_mean.fill_(7.0)
    for _ in range(half_life):
        average.follow(slow, fast, half_life)
    torch.testing.assert_close(slow.weight.data, torch.tensor([2.0]))  # from 1
    assert slow.running_mean == 7.0  # a buffer is no weight: copied


def test_the_vaes_average_follows_it_and_a_run_goes_on_where_it_stopped(tmp_path):
    config, recipe = vae.model.VaeConfig(z_dim=4, channels=(8, 8, 16, 16)), vae_recipe.VaeRecipe(batch=8)
    p, again = (vae_recipe.Parts(config, recipe, torch.device("cpu")) for _ in range(2))
    before = p.average.decoder.start.weight.clone()
    with torch.no_grad():
        p.model.decoder.start.weight += 1
    average.follow(p.average, p.model, 2.0)
    torch.testing.assert_close(p.average.decoder.start.weight, before + 1 - 0.5**0.5)
    checkpoint.save(tmp_path, p.modules, p.optimizers, {"images": 8, "seconds": 1.0})
    assert vae_recipe.restore(again, tmp_path)["images"] == 8
    for name, module in p.modules.items():
        for key, value in module.state_dict().items():
            assert torch.equal(value, again.modules[name].state_dict()[key]), (name, key)


def test_a_turn_of_the_game_moves_both_players_and_the_average_follows(tmp_path):
    config = GanConfig(z_dim=8, g_channels=(8, 8, 8), d_channels=(8, 8, 8))
    recipe = gan_recipe.GanRecipe(batch=4)
    players = gan_recipe.Players(config, recipe, torch.device("cpu"))
    before = [players.G.constant.clone(), players.D.out.weight.clone(), players.G_ema.constant.clone()]
    photos = torch.randint(0, 255, (8, 3, 16, 16), dtype=torch.uint8)
    first, second = (
        step for step, _ in zip(gan_recipe.train(players, recipe, photos, 0), range(2), strict=False)
    )
    assert (first.images, second.images) == (4, 8) and first.r1 >= 0
    after = [players.G.constant, players.D.out.weight, players.G_ema.constant]
    assert not any(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert all(0 <= p <= 1 for p in (second.d_real, second.d_fake))


def test_without_minibatch_std_d_has_one_channel_less_and_judges_a_batch_as_it_judges_one():
    config, recipe = gan_recipe.COLLAPSED
    D = Discriminator(replace(config, z_dim=8, g_channels=(8, 8, 8), d_channels=(8, 8, 8)))
    x = torch.randn(4, 3, 16, 16)
    torch.testing.assert_close(D(x), torch.cat([D(row) for row in x.split(1)]))
    assert D.conv.weight.shape[1] == 8 and gan_recipe.shown(recipe, x) is x


def test_a_row_of_the_log_is_the_mean_of_the_steps_since_the_last():
    steps = [gan_recipe.Step(16, 1, 0, 0.2, 0.4, 0), gan_recipe.Step(32, 3, 1, 0.4, 0.4, 2)]
    assert gan_recipe.mean(steps) == gan_recipe.Step(32, 2, 0.5, pytest.approx(0.3), 0.4, 1)


def test_a_run_from_shipped_weights_goes_on_with_their_log(tmp_path, monkeypatch):
    config = GanConfig(z_dim=8, g_channels=(8, 8, 8), d_channels=(8, 8, 8))
    players = gan_recipe.Players(config, gan_recipe.GanRecipe(), torch.device("cpu"))
    shipped, run = tmp_path / "gan_faces", tmp_path / "run"
    for name, module in players.modules.items():
        weights.save(module, shipped / f"{name}.safetensors")
    (shipped / "training.json").write_text('{"images": 32, "seconds": 5}')
    (shipped / "metrics.csv").write_text("seconds,images,d_loss,g_loss,d_real,d_fake,r1\n5,32,1,1,1,1,1\n")
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    assert gan_recipe.restore(players, run)["images"] == 32
    gan_recipe.keep(players, run, [gan_recipe.Step(48, 2, 1, 0.5, 0.5, 0)], {"seconds": 9})
    rows = (run / "metrics.csv").read_text().splitlines()
    assert [row.split(",")[1] for row in rows] == ["images", "32", "48"]


@pytest.mark.parametrize("seed", [1, 2])
def test_batches_mirror_about_half_and_use_every_photo(seed):
    photos = torch.zeros(64, 3, 8, 8, dtype=torch.uint8)
    photos[:, :, :, 0] = 255
    x = next(gan_recipe.batches(photos, 64, seed, torch.device("cpu")))
    left = (x[:, 0, 0, 0] > 0).float().mean()
    assert 0.25 < left < 0.75 and x.min() == -1 and x.max() == 1
