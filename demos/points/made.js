// p(x) of small drawings, one pixel after another: a masked network in float64. As generative/points/pixels.py.
// weights: the hidden layer's unit by unit, its biases, the last layer's pixel by pixel, its biases. Drawings: 0 and 1,
// one after another. What would look ahead is never read: a hidden unit's loop ends at the last pixel that it is shown.
const made = (() => {
  const HIDDEN = 126, LR = 0.01, BATCH = 50, STEPS = 1200, FEW_STEPS = 600, FEW = 500, PRIOR = 1, BEGUN = 0.1;
  const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));

  // shown: how many pixels each hidden unit sees; heard: how many units each pixel hears, those that saw only what is before it.
  function network(d, hidden, weights) {
    const shown = Int32Array.from({length: hidden}, (_, k) => 1 + Math.floor(k * (d - 1) / hidden));
    const heard = Int32Array.from({length: d}, (_, i) => shown.filter((n) => n <= i).length);
    return {d, hidden, weights, shown, heard, memory: mlp.memory(weights.length)};
  }
  function begin(d, hidden, random) { // says 1/2 of every pixel
    const net = network(d, hidden, new Float64Array(hidden * (2 * d + 1) + d));
    for (let k = 0; k < hidden; k++) for (let i = 0; i < net.shown[k]; i++) net.weights[k * d + i] = BEGUN * (2 * random.uniform() - 1);
    return net;
  }
  const places = ({d, hidden}) => ({c: hidden * d, V: hidden * (d + 1), b: hidden * (2 * d + 1)}); // where each part begins

  // Of drawing p of many: h (hidden) and the logits (d) of its pixels, into the arrays that are given.
  function forward({d, hidden, weights, shown, heard}, x, p, h, logits) {
    const c = hidden * d, V = c + hidden, b = V + d * hidden;
    for (let k = 0; k < hidden; k++) {
      let sum = weights[c + k];
      for (let i = 0, n = shown[k], at = k * d, from = p * d; i < n; i++) if (x[from + i]) sum += weights[at + i];
      h[k] = Math.tanh(sum);
    }
    for (let i = 0; i < d; i++) {
      let sum = weights[b + i];
      for (let k = 0, n = heard[i], at = V + i * hidden; k < n; k++) sum += weights[at + k] * h[k];
      logits[i] = sum;
    }
  }

  // Nats a drawing of a batch, the prior's share included, and its gradient; of: drawings to learn from.
  function slope(net, x, of) {
    const {d, hidden, weights, shown, heard} = net, {c, V, b} = places(net), n = x.length / d;
    const gradients = new Float64Array(weights.length), h = new Float64Array(hidden), logits = new Float64Array(d), back = new Float64Array(hidden);
    let loss = 0;
    for (let p = 0; p < n; p++) {
      forward(net, x, p, h, logits);
      back.fill(0);
      for (let i = 0; i < d; i++) {
        const lit = x[p * d + i], g = (players.sigmoid(logits[i]) - lit) / n, at = V + i * hidden;
        loss += softplus(lit ? -logits[i] : logits[i]) / n;
        for (let k = 0, m = heard[i]; k < m; k++) {
          gradients[at + k] += g * h[k];
          back[k] += g * weights[at + k];
        }
        gradients[b + i] += g;
      }
      for (let k = 0; k < hidden; k++) {
        const g = back[k] * (1 - h[k] * h[k]);
        for (let i = 0, m = shown[k], at = k * d, from = p * d; i < m; i++) if (x[from + i]) gradients[at + i] += g;
        gradients[c + k] += g;
      }
    }
    const share = PRIOR / of;
    for (const [from, to] of [[0, c], [V, b]]) {
      for (let i = from; i < to; i++) {
        loss += share * weights[i] * weights[i];
        gradients[i] += 2 * share * weights[i];
      }
    }
    return {loss, gradients};
  }
  const rate = (step, of) => LR * (1 + Math.cos(Math.PI * step / of)) / 2;
  function learn(net, x, step, of, drawings) { // one step of Adam; gives the loss before it
    const {loss, gradients} = slope(net, x, drawings);
    net.weights = mlp.step(net.weights, gradients, rate(step, of), net.memory) || net.weights;
    return loss;
  }

  function batch(x, d, random) { // BATCH drawings by lot
    const n = x.length / d, drawn = new Uint8Array(BATCH * d);
    for (let p = 0; p < BATCH; p++) {
      const from = d * Math.floor(n * random.uniform());
      drawn.set(x.subarray(from, from + d), p * d);
    }
    return drawn;
  }

  // ---- pixel by pixel ----
  function walk({d, hidden, weights, heard}) { // logit(): of the next pixel being 1; put(value): what it is
    const c = hidden * d, V = c + hidden, b = V + d * hidden, sums = weights.slice(c, V), h = new Float64Array(hidden);
    let i = 0, ready = 0;
    return {
      logit() {
        for (; ready < heard[i]; ready++) h[ready] = Math.tanh(sums[ready]);
        let sum = weights[b + i];
        for (let k = 0; k < ready; k++) sum += weights[V + i * hidden + k] * h[k];
        return sum;
      },
      put(value) { // goes into the units that see pixel i
        if (value) for (let k = heard[i]; k < hidden; k++) sums[k] += weights[k * d + i];
        i += 1;
      },
    };
  }
  // x, begun with `given` (any number of pixels); of each pixel p of being 1, given those before it, and the bits that it
  // cost, -log2 of the p of what it is. u: in [0, 1), one a pixel: it is 1 where u is below p.
  function complete(net, given, u) {
    const x = new Uint8Array(net.d), p = new Float64Array(net.d), cost = new Float64Array(net.d), along = walk(net);
    for (let i = 0; i < net.d; i++) {
      const s = along.logit();
      p[i] = players.sigmoid(s);
      x[i] = i < given.length ? given[i] : u[i] < p[i] ? 1 : 0;
      cost[i] = softplus(x[i] ? -s : s) / Math.LN2;
      along.put(x[i]);
    }
    return {x, p, cost};
  }

  // ---- many drawings: bits each, by the network; by every pixel alone ----
  function bits(net, x) {
    const {d, hidden} = net, n = x.length / d, h = new Float64Array(hidden), logits = new Float64Array(d);
    let sum = 0;
    for (let p = 0; p < n; p++) {
      forward(net, x, p, h, logits);
      for (let i = 0; i < d; i++) sum += softplus(x[p * d + i] ? -logits[i] : logits[i]);
    }
    return sum / n / Math.LN2;
  }
  function alone(x, d) { // p of each pixel, counted (Laplace)
    const n = x.length / d, p = new Float64Array(d).fill(1);
    x.forEach((value, i) => { p[i % d] += value; });
    return p.map((count) => count / (n + 2));
  }
  function bitsAlone(p, x) {
    const d = p.length;
    return x.reduce((sum, value, i) => sum - Math.log2(value ? p[i % d] : 1 - p[i % d]), 0) / (x.length / d);
  }

  return {HIDDEN, LR, BATCH, STEPS, FEW_STEPS, FEW, PRIOR, network, begin, slope, rate, learn, batch, walk, complete, bits, alone, bitsAlone};
})();
