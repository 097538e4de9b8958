// Diffusion in the plane: a network learns the velocity from noise to points; the exact one of mixtures; walks along both.
// As generative/points/velocity.py. x, e: n points, one after another; labels: 0, 1 or NONE, one a point.
const velocity = (() => {
  const SIZES = [7, 48, 48, 2], BATCH = 64, DROPPED = 0.3, BETAS = [0.9, 0.99], KEPT = 0.99, NONE = -1;
  const SPLITS = 20; // of real points against real ones

  // ---- learned ----
  function begin({seed, rate}, source) {
    const random = players.seeded(seed), net = players.network(SIZES, false, random, true);
    net.memory.betas = BETAS;
    return {net, average: net.weights.slice(), rate, random, source, steps: 0};
  }
  function features(x, t, labels) {
    const n = labels.length, found = new Float64Array(SIZES[0] * n);
    for (let i = 0; i < n; i++) {
      found.set([x[2 * i], x[2 * i + 1], 2 * t[i] - 1, Math.cos(2 * Math.PI * t[i]), Math.sin(2 * Math.PI * t[i]),
        labels[i] === 0 ? 1 : 0, labels[i] === 1 ? 1 : 0], SIZES[0] * i);
    }
    return found;
  }
  const mixed = (x, e, t) => x.map((v, i) => (1 - t[i >> 1]) * v + t[i >> 1] * e[i]);

  function batch({random, source}) {
    const {x, labels} = draw(source, random, BATCH);
    const told = labels.map((label) => (random.uniform() < DROPPED ? NONE : label));
    return {x, labels: told, e: random.normals(2 * BATCH), t: random.uniforms(BATCH)};
  }
  // One step; its loss, or null where it led too far: then nothing has changed.
  function step(learner, {x, e, t, labels}) {
    const {net, average, steps, rate} = learner, n = labels.length, given = mlp.forward(net, features(mixed(x, e, t), t, labels), n);
    const off = given[given.length - 1].map((v, i) => v - (e[i] - x[i])), loss = off.reduce((sum, d) => sum + d * d / n, 0);
    const after = mlp.step(net.weights, mlp.backward(net, given, off.map((d) => 2 * d / n), n).gradients, rate, net.memory);
    if (!after) return null;
    const kept = Math.min(KEPT, (1 + steps) / (10 + steps));
    for (let i = 0; i < after.length; i++) average[i] += (1 - kept) * (after[i] - average[i]);
    net.weights = after;
    learner.steps += 1;
    return loss;
  }

  // ---- a field: x, t of all points -> the velocity of each ----
  function predicted(weights, x, t, labels) {
    const given = mlp.forward({sizes: SIZES, weights, leaky: false}, features(x, new Float64Array(labels.length).fill(t), labels), labels.length);
    return given[given.length - 1];
  }
  function guided(weights, labels, w) { // pushed by w towards the class: 0 is no class, 1 the class's own
    const none = labels.map(() => NONE), plain = w === 0 || labels.every((label) => label === NONE);
    return (x, t) => {
      if (plain || w === 1) return predicted(weights, x, t, plain ? none : labels);
      const free = predicted(weights, x, t, none), own = predicted(weights, x, t, labels);
      return own.map((v, i) => free[i] + w * (v - free[i]));
    };
  }
  function ofClass(parts, label) {
    const chosen = parts.filter((part) => label === NONE || part[4] === label), total = chosen.reduce((sum, [share]) => sum + share, 0);
    return chosen.map(([share, ...rest]) => [share / total, ...rest]);
  }
  // E[e - x | x_t] of a mixture, in closed form. parts: [share, x, y, standard deviation, label].
  function exact(all, label) {
    const parts = ofClass(all, label);
    return (x, t) => {
      const found = new Float64Array(x.length);
      for (let i = 0; i < x.length; i += 2) {
        const seen = parts.map(([share, mx, my, sd]) => {
          const dx = x[i] - (1 - t) * mx, dy = x[i + 1] - (1 - t) * my, variance = ((1 - t) * sd) ** 2 + t * t, pull = (t - (1 - t) * sd * sd) / variance;
          return [Math.log(share / variance) - (dx * dx + dy * dy) / (2 * variance), pull * dx - mx, pull * dy - my];
        });
        const most = Math.max(...seen.map(([logp]) => logp));
        let total = 0;
        for (const [logp, vx, vy] of seen) {
          const weight = Math.exp(logp - most);
          total += weight;
          found[i] += weight * vx;
          found[i + 1] += weight * vy;
        }
        found[i] /= total;
        found[i + 1] /= total;
      }
      return found;
    };
  }

  // From noise to points: [t, x] at the beginning and after each step. Heun looks twice at each step but the last.
  function walk(field, e, steps, solver) {
    const way = [[1, e]];
    for (let i = 0; i < steps; i++) {
      const [t, x] = way[i], s = i + 1 === steps ? 0 : 1 - (i + 1) / steps, v = field(x, t);
      const ahead = x.map((p, j) => p + (s - t) * v[j]);
      if (solver !== 'heun' || i + 1 === steps) { way.push([s, ahead]); continue; }
      const there = field(ahead, s);
      way.push([s, x.map((p, j) => p + (s - t) * (v[j] + there[j]) / 2)]);
    }
    return way;
  }
  const calls = (steps, solver) => (solver === 'heun' ? 2 * steps - 1 : steps);
  function between(way, t) { // where all are at the time t: straight from one step to the next
    const at = Math.max(1, way.findIndex(([s]) => s <= t)), [[before, x], [after, y]] = [way[at - 1], way[at]];
    const share = (before - t) / (before - after);
    return x.map((v, i) => v + share * (y[i] - v));
  }

  // ---- points: a mixture is drawn from afresh, given ones by lot ----
  function draw({parts, x, labels, learned}, random, n) {
    const found = {x: new Float64Array(2 * n), labels: new Array(n).fill(NONE)};
    for (let i = 0; i < n; i++) {
      if (!parts) {
        const k = Math.floor(learned * random.uniform());
        found.x.set(x.subarray(2 * k, 2 * k + 2), 2 * i);
        found.labels[i] = labels[k];
        continue;
      }
      let share = random.uniform(), k = 0;
      while (k < parts.length - 1 && share > parts[k][0]) share -= parts[k++][0];
      const [, mx, my, sd, label] = parts[k];
      found.x.set([mx + sd * random.normal(), my + sd * random.normal()], 2 * i);
      found.labels[i] = label;
    }
    return found;
  }
  // Points that were not learned from, at most `most`: of given ones those after the first `learned`.
  function held(source, random, most) {
    if (source.parts) return draw(source, random, most);
    const end = Math.min(source.labels.length, source.learned + most);
    return {x: source.x.slice(2 * source.learned, 2 * end), labels: source.labels.slice(source.learned, end)};
  }
  // The same points, those of one class alone.
  function only({parts, x, labels, learned}, label) {
    if (parts) return {parts: ofClass(parts, label)};
    const kept = labels.map((_, i) => i).filter((i) => labels[i] === label);
    return {x: Float64Array.from(kept.flatMap((i) => [x[2 * i], x[2 * i + 1]])), labels: kept.map(() => label), learned: kept.filter((i) => i < learned).length};
  }
  function shuffled(random, n) {
    const order = [...Array(n).keys()];
    for (let i = n - 1; i > 0; i--) { const j = Math.floor((i + 1) * random.uniform()); [order[i], order[j]] = [order[j], order[i]]; }
    return order;
  }

  // ---- how good ----
  function energy(a, b) {
    const mean = (p, q) => {
      let sum = 0;
      for (let i = 0; i < p.length; i += 2) for (let j = 0; j < q.length; j += 2) sum += Math.sqrt((p[i] - q[j]) ** 2 + (p[i + 1] - q[j + 1]) ** 2);
      return 4 * sum / (p.length * q.length);
    };
    return 2 * mean(a, b) - mean(a, a) - mean(b, b);
  }
  // Energy distances of n real points from n others, rising: what no sampler can be told from.
  function apart(source, random, n) {
    const pick = (order) => Float64Array.from(order.flatMap((k) => [source.x[2 * k], source.x[2 * k + 1]]));
    return Array.from({length: SPLITS}, () => {
      if (source.parts) return energy(draw(source, random, n).x, draw(source, random, n).x);
      const order = shuffled(random, source.labels.length);
      return energy(pick(order.slice(0, n)), pick(order.slice(n, 2 * n)));
    }).sort((a, b) => a - b);
  }
  // The share of samples whose nearest real point is of the class they were told.
  function obeyed(x, told, real) {
    let right = 0;
    for (let i = 0; i < told.length; i++) {
      let [best, nearest] = [Infinity, NONE];
      real.labels.forEach((label, j) => {
        const far = (x[2 * i] - real.x[2 * j]) ** 2 + (x[2 * i + 1] - real.x[2 * j + 1]) ** 2;
        if (far < best) [best, nearest] = [far, label];
      });
      right += nearest === told[i] ? 1 : 0;
    }
    return right / told.length;
  }
  // How far `found` lies from the exact field, as a share of how fast it is: both of n points.
  function off(found, wanted) {
    const square = (v) => v.reduce((sum, one) => sum + one * one, 0);
    return Math.sqrt(square(found.map((v, i) => v - wanted[i])) / square(wanted));
  }

  return {SIZES, BATCH, DROPPED, BETAS, KEPT, NONE, begin, batch, step, mixed, predicted, guided, exact, walk, calls, between, draw, held, only, energy, apart, obeyed, off};
})();
