// The game on a line: who plays, from where, on what points; the densities of both, and the best D. As generative/points/game.py.
const line = (() => {
  const SIZES_D = [1, 16, 16, 1], SIZES_G = [1, 8, 1], BATCH = 64, AWAY = 3; // AWAY: where the fakes begin, off all points
  const LOW = -4, HIGH = 4, BINS = 200, PIECES = 320; // the window; of the noise, from -4 to 4

  // The same seed, the same weights and, step by step, the same batches.
  function begin({seed, loss, rateD, rateG}, mixture) {
    const random = players.seeded(seed), D = players.network(SIZES_D, true, random), G = players.network(SIZES_G, false, random);
    const hidden = SIZES_D[1], units = SIZES_G[1];
    for (let u = 0; u < hidden; u++) D.weights[hidden + u] = -D.weights[u] * (8 * random.uniform() - 4); // its bends lie all over the window
    for (let u = 0; u < units; u++) G.weights[units + u] = random.normal();
    for (let i = 2 * units; i < 3 * units; i++) G.weights[i] *= 0.4; // close together
    const made = players.fakes(G, Float64Array.from({length: 81}, (_, i) => (i - 40) / 20));
    G.weights[3 * units] = AWAY - made.reduce((sum, x) => sum + x / 81, 0);
    return {D, G, loss, rateD, rateG, random, mixture};
  }
  function real({random, mixture}, n = BATCH) {
    return Float64Array.from({length: n}, () => {
      let share = random.uniform(), part = 0;
      while (part < mixture.length - 1 && share > mixture[part][0]) share -= mixture[part++][0];
      return mixture[part][1] + mixture[part][2] * random.normal();
    });
  }

  // ---- densities, averaged over bins ----
  const middles = Float64Array.from({length: BINS}, (_, i) => LOW + (HIGH - LOW) * (i + 0.5) / BINS);
  const pData = (mixture, x) => mixture.reduce((sum, [w, m, s]) => sum + w * Math.exp(-(((x - m) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI)), 0);

  // Of G(z), z normal: the mass between neighbouring z spreads evenly between their images, whether G rises, falls or turns.
  const noise = Float64Array.from({length: PIECES + 1}, (_, i) => -4 + 8 * i / PIECES);
  const mass = Array.from({length: PIECES}, (_, i) => Math.exp(-(((noise[i] + noise[i + 1]) / 2) ** 2) / 2));
  const total = mass.reduce((a, b) => a + b);
  function pFake(G) {
    const x = players.fakes(G, noise), found = new Float64Array(BINS), wide = (HIGH - LOW) / BINS, bin = (v) => Math.floor((v - LOW) / wide);
    for (let i = 0; i < PIECES; i++) {
      const low = Math.min(x[i], x[i + 1]), long = Math.max(Math.abs(x[i + 1] - x[i]), 1e-9), high = low + long;
      for (let b = Math.max(0, bin(low)); b <= Math.min(BINS - 1, bin(high)); b++) {
        const covered = Math.min(high, LOW + (b + 1) * wide) - Math.max(low, LOW + b * wide);
        found[b] += mass[i] / total * Math.max(0, covered) / long / wide;
      }
    }
    return found;
  }
  const best = (pReal, pGenerated) => pReal / (pReal + pGenerated);

  return {SIZES_D, SIZES_G, LOW, HIGH, BINS, BATCH, middles, noise, begin, real, pData, pFake, best};
})();
