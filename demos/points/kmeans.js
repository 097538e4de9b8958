// k-means on points [[x, y], ...], one half-step at a time. As generative/points/kmeans.py.
const kmeans = (() => {
  const ROUNDS = 300; // at most; a handful is usual
  const square = ([a, b], [c, d]) => (a - c) ** 2 + (b - d) ** 2;

  function nearest(x, centres) { // assign: of equally near ones the first
    return x.map((point) => {
      let best = 0;
      for (let i = 1; i < centres.length; i++) if (square(point, centres[i]) < square(point, centres[best])) best = i;
      return best;
    });
  }
  function moved(x, labels, centres) { // move: each to the mean of its points; one that has none stays
    const sums = centres.map(() => [0, 0, 0]);
    x.forEach(([a, b], i) => {
      const sum = sums[labels[i]];
      sum[0] += a;
      sum[1] += b;
      sum[2] += 1;
    });
    return centres.map((centre, i) => (sums[i][2] ? [sums[i][0] / sums[i][2], sums[i][1] / sums[i][2]] : centre));
  }
  const inertia = (x, labels, centres) => x.reduce((sum, point, i) => sum + square(point, centres[labels[i]]), 0);
  const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

  function run(x, centres) { // to its end: {labels, centres, inertia}, the centres as they were when the points chose
    for (let i = 1, before = []; ; i++) {
      const labels = nearest(x, centres);
      if (i === ROUNDS || same(before, labels)) return {labels, centres, inertia: inertia(x, labels, centres)};
      before = labels;
      centres = moved(x, labels, centres);
    }
  }

  // ---- starts: a centre for each uniform number in [0, 1) ----
  function random(x, uniforms) { // different points, each as likely as any other
    const order = x.map((_, i) => i);
    uniforms.forEach((u, i) => {
      const j = i + Math.floor(u * (x.length - i));
      [order[i], order[j]] = [order[j], order[i]];
    });
    return order.slice(0, uniforms.length).map((i) => x[i]);
  }
  function plusplus(x, uniforms) { // far from one another: by the squared distance to the nearest centre so far
    const chosen = [x[Math.floor(uniforms[0] * x.length)]];
    for (const u of uniforms.slice(1)) {
      let weights = x.map((point) => Math.min(...chosen.map((centre) => square(point, centre)))), edge = 0;
      if (!weights.some((weight) => weight > 0)) weights = x.map(() => 1);
      const edges = weights.map((weight) => (edge += weight)), at = edges.filter((one) => one <= u * edge).length;
      chosen.push(x[Math.min(at, x.length - 1)]);
    }
    return chosen;
  }
  const starts = {random, plusplus};

  // The least inertia of `times` runs, each from its own start.
  function best(x, k, source, times) {
    return Math.min(...Array.from({length: times}, () => run(x, plusplus(x, [...source.uniforms(k)])).inertia));
  }

  return {nearest, moved, inertia, same, run, starts, best};
})();
