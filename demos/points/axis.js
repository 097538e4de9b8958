// The line along which points [[x, y], ...] vary most. As generative/points/pca.py. Angles in radians.
const axis = (() => {
  function covariance(x) { // {mean, C: [xx, xy, yy]}
    const n = x.length, mean = [0, 1].map((d) => x.reduce((sum, point) => sum + point[d], 0) / n);
    const away = x.map(([a, b]) => [a - mean[0], b - mean[1]]);
    return {mean, C: [[0, 0], [0, 1], [1, 1]].map(([i, j]) => away.reduce((sum, point) => sum + point[i] * point[j], 0) / n)};
  }
  const folded = (angle) => { // the same line's angle in (-pi/2, pi/2]
    const half = Math.PI / 2, rest = (half - angle) % Math.PI;
    return half - (rest < 0 ? rest + Math.PI : rest);
  };
  function variance([xx, xy, yy], angle) { // of the projections on the line: u' C u
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return xx * c * c + 2 * xy * c * s + yy * s * s;
  }
  const share = (C, angle) => (C[0] + C[2] > 0 ? variance(C, angle) / (C[0] + C[2]) : 0);
  function best([xx, xy, yy]) { // the first eigenvector, in closed form
    const middle = (xx + yy) / 2, apart = Math.hypot((xx - yy) / 2, xy);
    return {angle: folded(Math.atan2(2 * xy, xx - yy) / 2), along: middle + apart, across: middle - apart};
  }
  function step([xx, xy, yy], angle) { // power iteration: u <- C u / |C u|
    const [c, s] = [Math.cos(angle), Math.sin(angle)], [a, b] = [xx * c + xy * s, xy * c + yy * s];
    return a === 0 && b === 0 ? angle : folded(Math.atan2(b, a));
  }
  return {covariance, folded, variance, share, best, step};
})();
