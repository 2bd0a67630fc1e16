// Reading: the data's lists get names, and every unit the times it is at work.
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent), px = data.px;
const V = i => i < 0 ? null : data.values[i], T = i => data.texts[i];

const units = data.units.map(([sort, title, group, value, grad, ...reads], id) => {
  const [kind, symbol, call, place, tracked, form] = data.sorts[sort];
  return {id, key: "u" + id, kind, symbol, call, place, tracked, form, group,
    title: T(title).replace("\t", T(data.groups[group][1]) + "."),
    value: V(value), grad: V(grad), made: 0, passes: 0, parts: [],
    reads: reads.map(([from, ...back]) => {
      const [local, passed, total = passed] = back.map(V);
      return {from, back: back.length ? {local, passed, total} : null};
    })};
});
const groups = data.groups.map(([parent, path, name, more, heading, level, members, ins,
  outs], id) => ({id, key: "g" + id, parent, path: T(path), name: T(name), more: T(more),
  heading, level: data.levels[level], members, ins, outs}));
const member = m => m < 0 ? groups[~m] : units[m];

// A moment is a whole number: 1 … F are operations, F + 1 is the seed of the backward
// pass, and after it come the operations that pass gradients on.
const forward = units.filter(u => u.symbol);
const backward = forward.filter(u => u.reads.some(r => r.back)).reverse();
const F = forward.length, back = data.seeds.length > 0;
const end = back ? F + 1 + backward.length : F;
const actor = t => t <= F ? forward[t - 1] : backward[t - F - 2];
for (let t = 1; t <= end; t++)
  if (t !== F + 1) actor(t)[t <= F ? "made" : "passes"] = t;
for (const u of units)
  if (!u.symbol && u.reads.length) u.made = units[u.reads[0].from].made;
for (const u of backward) u.reads.forEach((r, i) => r.back &&
  units[r.from].parts.push({...r.back, by: u, i, time: u.passes}));

// Numbers as text.
function short(x) {  // four significant digits, as Python's .4g
  if (typeof x !== "number") return String(x);
  const [m, e] = x.toExponential(3).split("e");
  if (e >= -4 && e <= 3) return String(+x.toPrecision(4));
  return `${+m}e${e < 0 ? "-" : "+"}${e.slice(1).padStart(2, "0")}`;
}
const full = x => Object.is(x, -0) ? "-0" : String(x);
const clip = (t, n) => t.length > n ? t.slice(0, n - 1) + "…" : t;
const nest = (x, f) => Array.isArray(x) ? `[${x.map(y => nest(y, f)).join(", ")}]` : f(x);
function text(q, f = short) {
  if (q === null || typeof q !== "object") return q === null ? "not computed" : f(q);
  if ("all" in q) return nest(q.all, f);
  const {of, sign, brief, ...rest} = q;
  if (f === short) return `${of.split(/(?<=\)) /)[0]} ${brief ?? ""}`;
  return [of, ...Object.entries(rest).map(([k, x]) => `${k} ${f(x)}`)].join(", ");
}
const brief = q => q?.brief ?? clip(text(q), 24);  // in a box
const sign = q => q?.sign ??  // "plus", "minus", "" for zero, "mixed", or "alarm"
  (/nan|inf/i.test(q) ? "alarm" : q > 0 ? "plus" : q < 0 ? "minus" : "");
function gradient(u, now) {  // what has arrived at a unit by then
  const came = u.parts.filter(p => p.time <= now).length, seed = data.seeds.includes(u.id);
  if (now > F && came === u.parts.length && (came || seed)) return u.grad;
  return came ? u.parts[came - 1].total : seed && now > F ? 1 : null;
}
const nameOf = u => u.title || u.call || u.kind;
