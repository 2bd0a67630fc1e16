// Places: every group was laid out with its members closed; opening one stretches the
// level around it, by one map for all, so that nothing ever overlaps.
const open = new Set([0, ...data.opened]);
const isOpen = m => m < 0 && open.has(~m);
const within = (at, g) => at === g || at > 0 && within(groups[at].parent, g);
function inside(u, g) {  // the member of g that is or holds a unit, or null
  let m = u, at = units[u].group;
  while (at !== g) { if (!at) return null; m = ~at; at = groups[at].parent; }
  return m;
}
function shown(u) {  // the unit, or the outermost closed group around it
  let who = u;
  for (let g = u.group; g; g = groups[g].parent) if (!open.has(g)) who = groups[g];
  return who;
}
function stretch(spans) {  // a rising map under which every [a, b] gets its length
  const more = [];
  const map = x => more.reduce((sum, [a, b, d]) =>
    sum + d * Math.min(1, Math.max(0, (x - a) / (b - a))), x);
  for (const [a, b, need] of spans.sort((p, q) => p[1] - q[1] || q[0] - p[0])) {
    const lack = need - (map(b) - map(a));
    if (lack > 0) more.push([a, b, lack]);
  }
  return map;
}
function measure(g) {  // the size of an open group, innermost first
  const xs = [], ys = [], [w, h, at] = g.level;
  g.members.forEach((m, i) => {
    if (!isOpen(m)) return;
    const c = groups[~m], [x, y, W, H] = at[i];
    measure(c);
    xs.push([x - W / 2, x + W / 2, c.w]);
    ys.push([y - H / 2, y + H / 2, c.h]);
  });
  const X = stretch(xs), Y = stretch(ys), top = g.id ? px.padding + px.heading : 0;
  const side = g.id ? Math.max(px.padding, (g.heading - X(w)) / 2) : 0;
  Object.assign(g, {w: X(w) + 2 * side, h: Y(h) + top + (g.id ? px.padding : 0),
    px: x => g.x + side + X(x), py: y => g.y + top + Y(y)});
}
function place(g, x, y) {  // absolute positions, outermost first
  Object.assign(g, {x, y});
  const middle = (map, at, size) => (map(at - size / 2) + map(at + size / 2)) / 2;
  const boxed = ([X, Y, w, h, circle, enter = X - w / 2, leave = X + w / 2], i) => {
    const box = {x: middle(g.px, X, w), y: middle(g.py, Y, h), w, h, enter, leave,
      circle};
    if (!isOpen(g.members[i])) return box;
    const c = groups[~g.members[i]];
    place(c, box.x - c.w / 2, box.y - c.h / 2);
    return {...box, inner: c};
  };
  g.boxes = g.level[2].map(boxed);
}
// The lines of a level: from a to b, members or ports by index, or crossings of its
// border ("i0" in, "o0" out). Each knows the units it reads and what they get back.
function lines(g) {
  const port = new Map(g.level[3].map((k, i) => [g.ins[k], g.members.length + i]));
  const index = new Map(g.members.map((m, i) => [m, i])), found = new Map();
  const start = u => index.get(inside(u, g.id)) ?? port.get(u) ?? "i" + g.ins.indexOf(u);
  const add = (a, b, u, takes, slot) => {
    const apart = [a, b].some(e => typeof e === "string" || g.boxes[e].inner);
    const key = [a, b, slot ?? (apart ? u : "")].join();
    if (!found.has(key)) found.set(key, {g, a, b, from: [], parts: []});
    found.get(key).from.push(units[u]);
    found.get(key).parts.push(...units[u].parts.filter(takes));
  };
  const into = m => p => inside(p.by.id, g.id) === m;
  for (const [u, b] of port)
    add("i" + g.ins.indexOf(u), b, u, p => inside(p.by.id, g.id) !== null);
  g.members.forEach((m, b) => m < 0
    ? groups[~m].ins.forEach(u => add(start(u), b, u, into(m)))
    : units[m].reads.forEach(({from}, i) =>
      add(start(from), b, from, p => p.by.id === m && p.i === i, i)));
  if (g.id) g.outs.forEach((u, k) => add(start(u), "o" + k, u, into(null)));
  return [...found.values()];
}
// The points of a line, whose end is `slot` off the middle of what it reaches.
function route({g, a, b, from}, slot) {
  const A = g.boxes[a], Z = g.boxes[b];
  const crossing = (c, x, side) =>
    [x, c.py(c.level[side === "ins" ? 4 : 5][c[side].indexOf(from[0].id)])];
  const start = !A ? crossing(g, g.x, "ins")
    : A.inner ? crossing(A.inner, A.inner.x + A.inner.w, "outs") : [A.x + A.w / 2, A.y];
  const round = Z?.circle ? 14 - Math.sqrt(Math.max(0, 196 - slot * slot)) : 0;
  const stop = !Z ? crossing(g, g.x + g.w, "outs")
    : Z.inner ? crossing(Z.inner, Z.inner.x, "ins") : [Z.x - Z.w / 2 + round, Z.y + slot];
  const points = [start], bends = g.level[6][`${a}>${b}`] ?? [];
  if (A) points.push([Math.max(start[0], g.px(A.leave)), start[1]]);
  for (let i = 0; i < bends.length; i += 2)
    points.push([g.px(bends[i]), g.py(bends[i + 1])]);
  if (Z) points.push([Math.min(stop[0], g.px(Z.enter)), stop[1]]);
  return [...points, stop];
}
function curve(points) {  // level at every point
  let [[x, y]] = points, path = `M${x} ${y}`;
  for (const [X, Y] of points) {
    const m = (x + X) / 2;
    path += Math.abs(Y - y) < .1 ? `L${X} ${Y}` : `C${m} ${y} ${m} ${Y} ${X} ${Y}`;
    [x, y] = [X, Y];
  }
  return path;
}
