// Networks this small: dense layers in float64, forward, backward and one step. As `network` in generative/points/game.py.
// weights: one array, layer by layer; each layer's weights unit by unit, then its biases. x: n points, one after another.
const mlp = (() => {
  const SLOPE = 0.2, LARGEST = 100, BETAS = [0.5, 0.9], TINY = 1e-8; // as generative/points/game.py
  const count = (sizes) => sizes.slice(1).reduce((sum, units, i) => sum + units * (sizes[i] + 1), 0);

  // What each layer gives for n points: the points first, then n x units numbers for each layer. The last one is linear.
  function forward({sizes, weights, leaky}, x, n) {
    const given = [x];
    let at = 0;
    for (let layer = 0; layer < sizes.length - 1; layer++) {
      const before = sizes[layer], units = sizes[layer + 1], from = given[layer], to = new Float64Array(n * units);
      const bias = at + units * before, last = layer === sizes.length - 2;
      for (let p = 0; p < n; p++) {
        for (let u = 0; u < units; u++) {
          let sum = weights[bias + u];
          for (let i = 0, w = at + u * before, f = p * before; i < before; i++) sum += weights[w + i] * from[f + i];
          to[p * units + u] = last ? sum : leaky ? (sum > 0 ? sum : SLOPE * sum) : Math.tanh(sum);
        }
      }
      given.push(to);
      at = bias + units;
    }
    return given;
  }

  // From d loss / d output to d loss / d weights and d loss / d x. deltas: d loss / d sum of each layer.
  function backward({sizes, weights, leaky}, given, out, n) {
    const gradients = new Float64Array(weights.length), deltas = [];
    let delta = out, end = weights.length;
    for (let layer = sizes.length - 2; layer >= 0; layer--) {
      const before = sizes[layer], units = sizes[layer + 1], at = end - units * (before + 1), from = given[layer];
      const back = new Float64Array(n * before);
      for (let p = 0; p < n; p++) {
        for (let u = 0; u < units; u++) {
          const d = delta[p * units + u];
          for (let i = 0, w = at + u * before, f = p * before; i < before; i++) {
            gradients[w + i] += d * from[f + i];
            back[f + i] += d * weights[w + i];
          }
          gradients[at + units * before + u] += d;
        }
      }
      deltas[layer] = delta;
      if (layer) for (let i = 0; i < back.length; i++) back[i] *= leaky ? (from[i] > 0 ? 1 : SLOPE) : 1 - from[i] * from[i];
      delta = back;
      end = at;
    }
    return {gradients, x: delta, deltas};
  }

  // lambda (|g| - 1)^2, the mean over n points, of g = dD/dx; and its gradient for D's weights.
  // With leaky ReLU a network is linear around every point: g = W1' S1 W2' S2 ... wL', where the slopes S do not change
  // with the weights (but on edges of measure zero). So with u_l = S_l W_(l+1)' u_(l+1), u_L = 1 (the deltas of backward),
  // q = d penalty / d g, a_0 = q and a_l = S_l W_l a_(l-1):  d penalty / d W_l = u_l a_(l-1)'. Biases get nothing.
  function penalty(D, x, n, lambda) {
    const {sizes, weights} = D, given = forward(D, x, n), {x: g, deltas} = backward(D, given, new Float64Array(n).fill(1), n);
    const gradients = new Float64Array(weights.length), d = sizes[0];
    let loss = 0, a = new Float64Array(n * d), at = 0;
    for (let p = 0; p < n; p++) {
      let square = 0;
      for (let i = 0; i < d; i++) square += g[p * d + i] ** 2;
      const long = Math.sqrt(square);
      loss += lambda * (long - 1) ** 2 / n;
      for (let i = 0; i < d; i++) a[p * d + i] = long ? 2 * lambda * (long - 1) * g[p * d + i] / long / n : 0;
    }
    for (let layer = 0; layer < sizes.length - 1; layer++) {
      const before = sizes[layer], units = sizes[layer + 1], next = new Float64Array(n * units);
      for (let p = 0; p < n; p++) {
        for (let u = 0; u < units; u++) {
          let sum = 0;
          for (let i = 0, w = at + u * before, f = p * before; i < before; i++) {
            gradients[w + i] += deltas[layer][p * units + u] * a[f + i];
            sum += weights[w + i] * a[f + i];
          }
          next[p * units + u] = sum * (given[layer + 1][p * units + u] > 0 ? 1 : SLOPE);
        }
      }
      a = next;
      at += units * (before + 1);
    }
    return {loss, gradients};
  }

  // The weights after one step against the gradients; null where it leads one too far, or to none.
  // memory: of Adam (Kingma and Ba 2015), {m, v, t}; none for plain gradient descent.
  function step(weights, gradients, rate, memory, clip = Infinity) {
    const after = new Float64Array(weights.length), [b1, b2] = memory?.betas || BETAS;
    if (memory) memory.t += 1;
    const [s1, s2] = memory ? [b1, b2].map((beta) => 1 - beta ** memory.t) : [];
    for (let i = 0; i < weights.length; i++) {
      let move = gradients[i];
      if (memory) {
        memory.m[i] = b1 * memory.m[i] + (1 - b1) * move;
        memory.v[i] = b2 * memory.v[i] + (1 - b2) * move * move;
        move = memory.m[i] / s1 / (Math.sqrt(memory.v[i] / s2) + TINY);
      }
      after[i] = Math.max(-clip, Math.min(clip, weights[i] - rate * move));
      if (!(Math.abs(after[i]) <= LARGEST)) return null;
    }
    return after;
  }
  const memory = (n) => ({m: new Float64Array(n), v: new Float64Array(n), t: 0});

  return {SLOPE, count, forward, backward, penalty, step, memory};
})();
