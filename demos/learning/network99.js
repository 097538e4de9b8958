// The arithmetic of the network of 99 numbers, and nothing else: as generative/learning/network99.py, in float64.
// weights: 99 numbers, layer by layer; each layer's weights unit by unit, then its biases.
const network99 = (() => {
  const SIZES = [5, 8, 4, 3], LAYERS = SIZES.length - 1, LARGEST = 1000;

  // Where a number stands: layer 0, 1, 2; unit; input (that of the bias is the number of inputs).
  const begins = [0, 48, 84]; // 5 x 8 + 8 = 48, 8 x 4 + 4 = 36, 4 x 3 + 3 = 15
  const place = (layer, unit, input) => {
    const n = SIZES[layer];
    return begins[layer] + (input === n ? SIZES[layer + 1] * n + unit : unit * n + input);
  };

  const activate = {
    sigmoid: (s) => 1 / (1 + Math.exp(-s)),
    tanh: (s) => Math.tanh(s),
    relu: (s) => Math.max(0, s),
  };
  const slope = { // told by what the unit gave
    sigmoid: (a) => a * (1 - a),
    tanh: (a) => 1 - a * a,
    relu: (a) => (a > 0 ? 1 : 0),
  };

  // What each layer gives, the inputs first, and the sums behind it.
  function forward(weights, x, activation) {
    const given = [x], sums = [];
    for (let layer = 0; layer < LAYERS; layer++) {
      const s = [];
      for (let unit = 0; unit < SIZES[layer + 1]; unit++) {
        let sum = 0;
        for (let i = 0; i < SIZES[layer]; i++) sum += weights[place(layer, unit, i)] * given[layer][i];
        s.push(sum + weights[place(layer, unit, SIZES[layer])]);
      }
      sums.push(s);
      given.push(layer === LAYERS - 1 ? s : s.map(activate[activation]));
    }
    return {given, sums};
  }

  function softmax(s) {
    const top = Math.max(...s), e = s.map((v) => Math.exp(v - top)), total = e.reduce((a, b) => a + b);
    return {p: e.map((v) => v / total), log: top + Math.log(total)}; // log: of the sum of e^s
  }

  // Forward, then backward: the gradient of -ln p(target) for each of the 99.
  function run(weights, x, target, activation) {
    const {given, sums} = forward(weights, x, activation), {p, log} = softmax(given[LAYERS]);
    const gradients = new Array(weights.length);
    let delta = p.map((v, k) => v - (k === target ? 1 : 0)); // d loss / d sum, of the last layer
    for (let layer = LAYERS - 1; layer >= 0; layer--) {
      const back = new Array(SIZES[layer]).fill(0);
      for (let unit = 0; unit < SIZES[layer + 1]; unit++) {
        for (let i = 0; i < SIZES[layer]; i++) {
          gradients[place(layer, unit, i)] = delta[unit] * given[layer][i];
          back[i] += weights[place(layer, unit, i)] * delta[unit];
        }
        gradients[place(layer, unit, SIZES[layer])] = delta[unit];
      }
      delta = back.map((v, i) => v * slope[activation](given[layer][i]));
    }
    return {given, sums, p, loss: log - given[LAYERS][target], gradients};
  }

  // One step of stochastic gradient descent; null where it leads a number too far, or to none.
  function step(weights, x, target, activation, rate) {
    const {gradients} = run(weights, x, target, activation);
    const after = weights.map((w, i) => w - rate * gradients[i]);
    return after.every((w) => Math.abs(w) <= LARGEST) ? after : null;
  }

  // Mean loss over all examples, and how many of them are right.
  function judge(weights, examples, activation) {
    let loss = 0, right = 0;
    for (const [x, target] of examples) {
      const s = forward(weights, x, activation).given[LAYERS];
      loss += softmax(s).log - s[target];
      right += s[target] === Math.max(...s) ? 1 : 0;
    }
    return {loss: loss / examples.length, right};
  }

  return {SIZES, LAYERS, LARGEST, place, forward, softmax, run, step, judge};
})();
