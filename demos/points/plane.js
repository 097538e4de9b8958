// The game in the plane: who plays, on what points, and how well: modes covered, quality. See arena.py.
const plane = (() => {
  const HIDDEN = 32, REACH = 3, COUNTED = 512; // REACH: of the window; COUNTED: fakes that are judged
  const WITHIN = 0.45, LEAST = 0.02; // three standard deviations of a mode; a mode counts with this share of the fakes
  const NEAR = 0.25; // of sets without modes: a point is covered that has a fake this near

  // The same seed, the same weights and batches, whatever the loss.
  function begin({seed, loss, rateD, rateG, k, batch, noise}, points) {
    const random = players.seeded(seed);
    const D = players.network([2, HIDDEN, HIDDEN, 1], true, random, true), G = players.network([noise, HIDDEN, HIDDEN, 2], false, random, true);
    return {D, G, loss, rateD, rateG, k, batch, noise, random, points, round: 0};
  }
  function real({random, points, batch}) {
    const x = new Float64Array(2 * batch);
    for (let i = 0; i < batch; i++) x.set(points[Math.floor(points.length * random.uniform())], 2 * i);
    return x;
  }
  // k steps of D, one of G; false where one led too far.
  function round(game) {
    const {random, batch, noise, k} = game;
    for (let i = 0; i < k; i++) {
      if (!players.stepD(game, real(game), random.normals(batch * noise), random.uniforms(batch))) return false;
    }
    if (!players.stepG(game, random.normals(batch * noise))) return false;
    game.round += 1;
    return true;
  }

  // Of fakes x: {modes, of, quality}: modes covered, or without centres {covered}: the share of points with a fake nearby.
  function judge(x, points, centres) {
    const n = x.length / 2, near = (i, list, far) => list.findIndex(([a, b]) => Math.hypot(x[2 * i] - a, x[2 * i + 1] - b) < far);
    const hits = new Array(centres.length).fill(0);
    let good = 0;
    for (let i = 0; i < n; i++) {
      const at = near(i, centres.length ? centres : points, centres.length ? WITHIN : NEAR);
      if (at >= 0) good += 1;
      if (at >= 0 && centres.length) hits[at] += 1;
    }
    if (centres.length) return {modes: hits.filter((hit) => hit >= LEAST * n).length, of: centres.length, quality: good / n};
    const covered = points.filter(([a, b]) => { for (let i = 0; i < n; i++) if (Math.hypot(x[2 * i] - a, x[2 * i + 1] - b) < NEAR) return true; return false; });
    return {covered: covered.length / points.length, quality: good / n};
  }

  // What D says of each place of the window, from 0 (fake) to 1 (real), row by row from the top; a critic's scores as they lie.
  function heat({D, loss}, size) {
    const x = new Float64Array(2 * size * size);
    for (let i = 0; i < size * size; i++) {
      x[2 * i] = REACH * (2 * (i % size + 0.5) / size - 1);
      x[2 * i + 1] = REACH * (1 - 2 * (Math.floor(i / size) + 0.5) / size);
    }
    const scores = players.scores(D, x);
    if (loss === 'lsgan') return scores.map((s) => Math.max(0, Math.min(1, s)));
    if (!loss.startsWith('wgan')) return scores.map(players.sigmoid);
    const low = Math.min(...scores), high = Math.max(...scores);
    return scores.map((s) => (s - low) / (high - low || 1));
  }

  return {REACH, COUNTED, begin, round, judge, heat};
})();
