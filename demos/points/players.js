// Two players: D scores points, G makes points of noise; five losses. As generative/points/losses.py and game.py.
const players = (() => {
  const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))), sigmoid = (s) => 1 / (1 + Math.exp(-s));
  const CLIP = 0.1, PENALTY = 1;

  // Of one score: the loss and its slope; for D on a real and on a fake point, and for G.
  const logarithmic = {real: (s) => [softplus(-s), sigmoid(s) - 1], fake: (s) => [softplus(s), sigmoid(s)]};
  const critic = {real: (s) => [-s, -1], fake: (s) => [s, 1], G: (s) => [-s, -1]};
  const LOSSES = {
    minimax: {...logarithmic, G: (s) => [-softplus(s), -sigmoid(s)]},
    nonsaturating: {...logarithmic, G: (s) => [softplus(-s), sigmoid(s) - 1]},
    lsgan: {real: (s) => [(s - 1) ** 2 / 2, s - 1], fake: (s) => [s * s / 2, s], G: (s) => [(s - 1) ** 2 / 2, s - 1]},
    wgan: critic,
    wgan_gp: critic,
  };
  function mean(scores, of) { // the mean loss, and its slope for each score
    const slopes = new Float64Array(scores.length);
    let loss = 0;
    scores.forEach((s, i) => {
      const [one, slope] = of(s);
      loss += one / scores.length;
      slopes[i] = slope / scores.length;
    });
    return {loss, slopes};
  }
  const last = (given) => given[given.length - 1];
  const fakes = (G, z) => last(mlp.forward(G, z, z.length / G.sizes[0]));
  const scores = (D, x) => last(mlp.forward(D, x, x.length / D.sizes[0]));

  // One step of D on real points x and noise z; false where it led too far: then nothing has changed.
  function stepD(game, x, z, between) {
    const {D, G, loss, rateD} = game, n = x.length / D.sizes[0], fake = fakes(G, z), rule = LOSSES[loss];
    const gradients = new Float64Array(D.weights.length);
    let total = 0;
    for (const [points, of] of [[x, rule.real], [fake, rule.fake]]) {
      const given = mlp.forward(D, points, n), found = mean(last(given), of);
      mlp.backward(D, given, found.slopes, n).gradients.forEach((g, i) => { gradients[i] += g; });
      total += found.loss;
    }
    if (loss === 'wgan_gp') {
      const middle = x.map((v, i) => { const way = between[Math.floor(i / D.sizes[0])]; return way * v + (1 - way) * fake[i]; });
      const found = mlp.penalty(D, middle, n, PENALTY);
      found.gradients.forEach((g, i) => { gradients[i] += g; });
      total += found.loss;
    }
    return take(game, D, gradients, rateD, total, loss === 'wgan' ? CLIP : Infinity);
  }

  // d G's loss / d x for each fake point, times how many there are: against it G moves them.
  function pull({D, loss}, x) {
    const n = x.length / D.sizes[0], given = mlp.forward(D, x, n), found = mean(last(given), LOSSES[loss].G);
    return {loss: found.loss, x: mlp.backward(D, given, found.slopes, n).x};
  }
  function stepG(game, z) {
    const {G, rateG} = game, n = z.length / G.sizes[0], given = mlp.forward(G, z, n), found = pull(game, last(given));
    return take(game, G, mlp.backward(G, given, found.x, n).gradients, rateG, found.loss);
  }
  function take(game, player, gradients, rate, loss, clip) {
    const after = mlp.step(player.weights, gradients, rate, player.memory, clip);
    if (!after) return false;
    player.weights = after;
    player.loss = loss;
    return true;
  }

  // ---- a seeded generator: the same seed, the same game (mulberry32 by T. Ettinger; Box and Muller 1958) ----
  function seeded(seed) {
    let a = seed >>> 0;
    const uniform = () => {
      a = (a + 0x6D2B79F5) | 0;
      let t = Math.imul(a ^ (a >>> 15), 1 | a);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return {uniform, normal, normals: (n) => Float64Array.from({length: n}, normal), uniforms: (n) => Float64Array.from({length: n}, uniform)};
  }
  // Weights uniform in +-sqrt(6 / (inputs + units)), biases 0 (Glorot and Bengio 2010).
  function network(sizes, leaky, random, adam) {
    const weights = new Float64Array(mlp.count(sizes));
    let at = 0;
    for (let layer = 0; layer < sizes.length - 1; layer++) {
      const before = sizes[layer], units = sizes[layer + 1], most = Math.sqrt(6 / (before + units));
      for (let i = 0; i < before * units; i++) weights[at + i] = most * (2 * random.uniform() - 1);
      at += units * (before + 1);
    }
    return {sizes, leaky, weights, loss: NaN, memory: adam ? mlp.memory(weights.length) : null};
  }

  return {LOSSES, CLIP, PENALTY, sigmoid, fakes, scores, stepD, stepG, pull, seeded, network};
})();
