// The player. Positions were computed in Python, for every group with all its members
// closed; opening one stretches the level around it. Every number comes from the data.
"use strict";
(() => {
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent), px = data.px;
const V = i => i < 0 ? null : data.values[i], T = i => data.texts[i];

// Reading: the places of the lists, by name -----------------------------------------
const units = data.units.map((u, id) => ({id, key: "u" + id, kind: T(u[0]),
  title: T(u[1]), symbol: T(u[2]), call: T(u[3]), place: T(u[4]), value: V(u[5]),
  grad: V(u[6]), tracked: u[7], group: u[8], made: 0, passes: 0, parts: [],
  reads: u.slice(9).map(([from, ...b]) => ({from,
    back: b.length ? {local: V(b[0]), passed: V(b[1]), total: V(b[2])} : null}))}));
const groups = data.groups.map((g, id) => ({id, key: "g" + id, parent: g[0],
  kind: T(g[1]), path: T(g[2]), title: T(g[3]), note: T(g[4]), heading: g[5],
  level: data.levels[g[6]], members: g[7], ins: g[8], outs: g[9]}));
const F = data.forward.length, B = data.backward.length;
const end = data.seeds.length ? F + 1 + B : F;  // the last moment; F + 1 is the seed
data.forward.forEach((u, i) => { units[u].made = i + 1; });
data.backward.forEach((u, i) => { units[u].passes = F + 2 + i; });
for (const u of units) {
  if (!u.symbol && u.reads.length) u.made = units[u.reads[0].from].made;
  u.reads.forEach((r, i) => r.back &&
    units[r.from].parts.push({...r.back, by: u.id, i, time: u.passes}));
}
for (const u of units) u.parts.sort((p, q) => p.time - q.time || p.i - q.i);

// Numbers as text -------------------------------------------------------------------
function short(x) {  // four significant digits, as Python's .4g
  if (typeof x !== "number") return String(x);
  const [m, e] = x.toExponential(3).split("e");
  if (e >= -4 && e <= 3) return String(+x.toPrecision(4));
  return `${+m}e${e < 0 ? "-" : "+"}${e.replace(/[+-]/, "").padStart(2, "0")}`;
}
const full = x => typeof x === "number" ? (Object.is(x, -0) ? "-0" : String(x)) : x;
const nest = (x, f) => Array.isArray(x) ? `[${x.map(y => nest(y, f)).join(", ")}]` : f(x);
const flat = q => "all" in q ? [q.all].flat(Infinity) : "min" in q ? [q.min, q.max] : [];
function text(q, f = short) {  // a quantity on one line
  if (q === null) return "not computed";
  if (typeof q !== "object") return f(q);
  if ("all" in q) return nest(q.all, f);
  const rest = Object.entries(q).filter(([k]) => k !== "of");
  return `${q.of}${rest.map(([k, x]) => `, ${k} ${f(x)}`).join("")}`;
}
function sign(q) {  // "plus", "minus", "" for zero, "mixed", or "alarm"
  const all = q === null ? [] : typeof q === "object" ? flat(q) : [q];
  if (q?.nan || q?.inf || all.some(x => /nan|inf/i.test(x))) return "alarm";
  if (all.some(x => typeof x !== "number")) return "mixed";
  const up = all.some(x => x > 0), down = all.some(x => x < 0);
  return up && down ? "mixed" : up ? "plus" : down ? "minus" : "";
}
function gradient(u, at) {  // what has arrived at a unit by then
  const came = u.parts.filter(p => p.time <= at).length, seeded = data.seeds.includes(u.id);
  if (at > F && came === u.parts.length && (came || seeded)) return u.grad;
  return came ? u.parts[came - 1].total : seeded && at > F ? 1 : null;
}
const nameOf = u => u.title || (u.kind === "constant" ? "constant" : u.call || u.kind);

// Which groups are open, and where everything then lies ------------------------------
const open = new Set([0, ...data.opened]);
const inside = (u, g) => {  // the member of g that is or holds a unit
  let m = u, at = units[u].group;
  while (at !== g) { if (!at) return null; m = ~at; at = groups[at].parent; }
  return m;
};
function shown(u) {  // the unit, or the outermost closed group around it
  let who = units[u];
  for (let g = who.group; g; g = groups[g].parent) if (!open.has(g)) who = groups[g];
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
const isOpen = m => m < 0 && open.has(~m);
function measure(g) {  // the size of an open group, innermost first
  const xs = [], ys = [], [w, h, at] = g.level;
  g.members.forEach((m, i) => {
    if (!isOpen(m)) return;
    const c = groups[~m], [x, y, bw, bh] = at[i];
    measure(c);
    xs.push([x - bw / 2, x + bw / 2, c.w]); ys.push([y - bh / 2, y + bh / 2, c.h]);
  });
  g.X = stretch(xs); g.Y = stretch(ys);
  g.pad = g.id ? Math.max(px.padding, (g.heading - g.X(w)) / 2) : 0;
  g.w = g.X(w) + 2 * g.pad;
  g.h = g.Y(h) + (g.id ? 2 * px.padding + px.heading : 0);
}
function place(g, x, y) {  // absolute positions, outermost first
  const top = y + (g.id ? px.padding + px.heading : 0);
  Object.assign(g, {x, y, px: v => x + g.pad + g.X(v), py: v => top + g.Y(v)});
  g.boxes = g.level[2].map(([mx, my, w, h, enter, leave, circle], i) => {
    const box = {x: (g.px(mx - w / 2) + g.px(mx + w / 2)) / 2,
      y: (g.py(my - h / 2) + g.py(my + h / 2)) / 2, w, h, circle, enter, leave};
    const m = i < g.members.length ? g.members[i] : null;
    if (m !== null && isOpen(m)) {
      const c = box.inner = groups[~m];
      place(c, box.x - c.w / 2, box.y - c.h / 2);
      Object.assign(box, {w: c.w, h: c.h});
    }
    return box;
  });
}
function strands(g) {  // what runs in this level: between members, ports ("i0", "o0")
  const port = new Map(g.level[3].map((k, i) => [g.ins[k], g.members.length + i]));
  const index = new Map(g.members.map((m, i) => [m, i])), found = new Map();
  const start = u => {
    const m = inside(u, g.id);
    return m !== null ? index.get(m) : port.get(u) ?? "i" + g.ins.indexOf(u);
  };
  const add = (a, b, u, parts, slot) => {
    const apart = slot ?? (typeof a === "string" || typeof b === "string" ||
      g.boxes[a].inner || g.boxes[b].inner ? u : "");
    const key = `${a}>${b}/${apart}`;
    if (!found.has(key)) found.set(key, {g, a, b, from: [], parts: []});
    found.get(key).from.push(u); found.get(key).parts.push(...parts);
  };
  for (const [u, b] of port)
    add("i" + g.ins.indexOf(u), b, u, units[u].parts.filter(p => inside(p.by, g.id) !== null));
  g.members.forEach((m, b) => m < 0
    ? groups[~m].ins.forEach(u =>
      add(start(u), b, u, units[u].parts.filter(p => inside(p.by, g.id) === m)))
    : units[m].reads.forEach(({from}, i) =>
      add(start(from), b, from, units[from].parts.filter(p => p.by === m && p.i === i), i)));
  if (g.id) g.outs.forEach((u, k) =>
    add(start(u), "o" + k, u, units[u].parts.filter(p => inside(p.by, g.id) === null)));
  return [...found.values()];
}
function route(s, slot) {  // the curve of a strand whose end is `slot` off the middle
  const {g, a, b} = s, u = s.from[0], A = g.boxes[a], Z = g.boxes[b], points = [];
  const port = (c, side, list) => [side, c.py(c.level[list === "ins" ? 4 : 5][c[list].indexOf(u)])];
  const start = !A ? port(g, g.x, "ins") : A.inner ? port(A.inner, A.inner.x + A.w, "outs")
    : [A.x + A.w / 2, A.y];
  const round = Z?.circle ? 14 - Math.sqrt(196 - Math.min(196, slot * slot)) : 0;
  const stop = !Z ? port(g, g.x + g.w, "outs") : Z.inner ? port(Z.inner, Z.inner.x, "ins")
    : [Z.x - Z.w / 2 + round, Z.y + slot];
  points.push(start);
  if (A) points.push([Math.max(start[0], g.px(A.leave)), start[1]]);
  const bends = g.level[6][`${a}>${b}`] ?? [];
  for (let i = 0; i < bends.length; i += 2) points.push([g.px(bends[i]), g.py(bends[i + 1])]);
  if (Z) points.push([Math.min(stop[0], g.px(Z.enter)), stop[1]]);
  points.push(stop);
  let path = `M${start}`, [x, y] = start;  // level at every point
  for (const [X, Y] of points.slice(1)) {
    path += Math.abs(Y - y) < .1 ? `L${X} ${Y}` : `C${(x + X) / 2} ${y} ${(x + X) / 2} ${Y} ${X} ${Y}`;
    [x, y] = [X, Y];
  }
  return [path, start];
}

// Drawing ---------------------------------------------------------------------------
const stage = $("stage"), items = new Map();  // key → {node, unit or group, rows}
let edges = [], world, tags;
function svg(name, attributes = {}, parent = null, content = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const k in attributes) made.setAttribute(k, attributes[k]);
  if (content) made.textContent = content;
  parent?.append(made);
  return made;
}
function draw() {
  const focus = document.activeElement?.dataset?.key;
  stage.replaceChildren(); items.clear(); edges = [];
  const defs = svg("defs", {}, stage);
  for (const kind of ["line", "plus", "minus", "mixed"]) {
    const marker = svg("marker", {id: "tip-" + kind, class: kind, viewBox: "0 0 8 6",
      refX: 8, refY: 3, markerWidth: 8, markerHeight: 6, orient: "auto-start-reverse",
      markerUnits: "userSpaceOnUse"}, defs);
    svg("path", {d: "M0 0L8 3L0 6z"}, marker);
  }
  world = svg("g", {}, stage);
  const frames = svg("g", {}, world), lines = svg("g", {}, world), boxes = svg("g", {}, world);
  measure(groups[0]); place(groups[0], 0, 0);
  const walk = (g, depth) => {
    if (g.id) drawFrame(g, frames, depth);
    const slots = new Map(), all = strands(g).map(s => ({...s, start: route(s, 0)[1]}));
    for (const s of all) slots.set(s.b, [...slots.get(s.b) ?? [], s]);
    for (const own of slots.values()) own.sort((s, t) => s.start[1] - t.start[1]);
    for (const s of all) {
      const own = slots.get(s.b), Z = g.boxes[s.b];
      const gap = Math.min(9, .7 * Math.min(Z?.h ?? 0, Z?.circle ? 28 : 999) / Math.max(1, own.length - 1));
      const [d] = route(s, Z ? (own.indexOf(s) - (own.length - 1) / 2) * gap : 0);
      const ends = [["to", Z && !Z.inner && s.b < g.members.length],
        ["from", g.boxes[s.a] && !g.boxes[s.a].inner && s.a < g.members.length]];
      s.ends = ends.filter(e => e[1]).map(e => e[0]).join(" ");
      s.node = svg("path", {d}, lines);
      edges.push(s);
    }
    g.members.forEach((m, i) => {
      if (isOpen(m)) walk(groups[~m], depth + 1);
      else if (m < 0) drawClosed(groups[~m], g.boxes[i], boxes);
      else drawUnit(units[m], g.boxes[i], boxes);
    });
  };
  walk(groups[0], 0);
  tags = svg("g", {}, world);
  items.get(focus)?.node.focus({preventScroll: true});
  (items.get(focus) ?? [...items.values()][0])?.node.setAttribute("tabindex", 0);
}
function item(of, attributes, parent) {  // what can be focused, hovered and clicked
  const node = svg("g", {tabindex: -1, ...attributes}, parent);
  node.dataset.key = of.key;
  items.set(of.key, {of, node, rows: []});
  return node;
}
function drawFrame(g, parent, depth) {
  const node = item(g, {class: depth % 2 ? "frame" : "frame odd", role: "button",
    "aria-expanded": true, "aria-label": `Close ${label(g)}`}, parent);
  svg("rect", {x: g.x, y: g.y, width: g.w, height: g.h, rx: 6}, node);
  svg("text", {x: g.x + 8, y: g.y + 15}, node, `▾ ${label(g)}`);
}
const label = g => [g.path, g.note ? `${g.title} · ${g.note}` : g.title].filter(Boolean).join("  ").slice(0, 80);
const operations = g => g.ops ??= g.members.reduce((n, m) => n + (m < 0 ? operations(groups[~m]) : units[m].symbol ? 1 : 0), 0);
function drawClosed(g, {x, y, w, h}, parent) {
  const node = item(g, {class: "closed", role: "button", "aria-expanded": false,
    "aria-label": `Open ${label(g)}`, transform: `translate(${x - w / 2} ${y - h / 2})`}, parent);
  svg("rect", {class: "paper", width: w, height: h, rx: 4}, node);
  const clip = t => t.length * 5.6 > w ? t.slice(0, w / 5.6 | 0) + "…" : t;
  svg("text", {x: 8, y: 15, class: "title"}, node, clip(`▸ ${g.path || g.title}`));
  svg("text", {x: 8, y: 32, class: "small"}, node, clip(g.path ? [g.title, g.note].filter(Boolean).join(" · ") : g.note));
  svg("text", {x: 8, y: 48, class: "small"}, node, `${operations(g)} operation${operations(g) === 1 ? "" : "s"}`);
  items.get(g.key).rows.push({node: svg("text", {x: 8, y: 64}, node), outs: true});
}
function drawUnit(u, {x, y, w, h, circle}, parent) {
  const node = item(u, {role: "img", transform: `translate(${x - w / 2} ${y - h / 2})`}, parent);
  const rows = items.get(u.key).rows, left = circle && u.kind !== "tuple" ? circle + 10 : 0;
  if (left) svg("path", {class: "arm", d: `M${circle} ${h / 2}h10`}, node);
  if (circle) {
    svg("rect", {class: "circle", y: h / 2 - 14, width: circle, height: 28, rx: 14}, node);
    svg("text", {x: circle / 2, y: h / 2 + 4.5}, node, u.symbol);
  }
  if (u.kind === "tuple") return;
  const wide = w - left;
  svg("rect", {class: "paper", x: left, width: wide, height: h, rx: 3}, node);
  let top = 2;
  if (u.title) {
    svg("rect", {class: "head", x: left + 1.5, y: 1.5, width: wide - 3, height: px.header - 3}, node);
    svg("text", {class: "title", x: left + wide / 2, y: 13.5}, node, u.title.length > 24 ? u.title.slice(0, 23) + "…" : u.title);
    top = px.header + 2;
  }
  const q = u.value, lines = [];
  if (u.kind === "constant" && typeof q !== "object") lines.push(["", "v"]);
  else if (q && typeof q === "object") {
    lines.push([q.of, ""]);
    if (Object.keys(q).length > 1) lines.push(["nan" in q && (q.nan || q.inf) ? "not finite" : "all" in q && flat(q).length < 5 ? "data" : "true" in q ? "true" : "range", "v"]);
  } else lines.push(["data", "v"]);
  if (u.tracked) lines.push(["grad", "g"]);
  top += (h - top - 2 - lines.length * px.line) / 2;
  for (const [key, what] of lines) {
    const tint = svg("rect", {class: "tint", x: left + 1.5, y: top, width: wide - 3, height: px.line}, node);
    if (key) svg("text", {class: "small", x: left + 8, y: top + 11.8}, node, key);
    const end = key ? {class: "end", x: left + wide - 8} : {class: "mid", x: left + wide / 2};
    if (what) rows.push({what, tint, base: end.class, node: svg("text", {...end, y: top + 11.8}, node)});
    top += px.line;
  }
}
function brief(q) {  // in a box: small arrays in full, of others the range
  if (q === null || typeof q !== "object") return text(q).slice(0, 26);
  if (q.nan || q.inf) return `${q.nan} NaN, ${q.inf} inf`;
  if ("true" in q) return q.true;
  const all = flat(q);
  if ("all" in q && all.length < 5) return text(q);
  if (all.some(x => typeof x !== "number")) return "norm" in q ? `norm ${short(q.norm)}` : "…";
  return all.length ? `${short(Math.min(...all))} … ${short(Math.max(...all))}` : "empty";
}

// Time ------------------------------------------------------------------------------
let frames = [], at = 0;  // at: a frame; closed groups take one step
const actor = t => t <= F ? data.forward[t - 1] : t === F + 1 ? -1 : data.backward[t - F - 2];
function refold(moment) {
  frames = [{first: 0, last: 0, who: null}];
  for (let t = 1; t <= end; t++) {
    const who = actor(t) < 0 ? null : shown(actor(t)), before = frames[frames.length - 1];
    if (who && who === before.who && who.key[0] === "g" && t !== F + 2) before.last = t;
    else frames.push({first: t, last: t, who});
  }
  at = Math.max(0, frames.findIndex(f => f.last >= moment));
  $("time").max = frames.length - 1;
}
const moment = () => frames[at].last;
function go(to, reveal = true) {
  at = Math.max(0, Math.min(frames.length - 1, to));
  show();
  if (reveal && frames[at].who) look(frames[at].who.key, false);
}
function goTo(t) { go(frames.findIndex(f => f.last >= t)); }
function show() {
  const now = moment(), {first, who} = frames[at];
  const active = t => t >= first && t <= now && now > 0;
  for (const [key, {of, node, rows}] of items) {
    const u = key[0] === "u" ? of : null;
    if (u) node.setAttribute("class", `unit ${u.kind}${u.made > now ? " later" : ""}${of === who ? " now" : ""}`);
    else node.classList.toggle("now", of === who);
    for (const row of rows) {
      if (row.outs) { row.node.textContent = outsText(of, now); continue; }
      const q = row.what === "g" ? gradient(u, now) : u.made <= now ? u.value : null;
      const hidden = q !== null && blank(row.what + u.id);
      row.node.textContent = hidden ? "?" : q === null ? "" : brief(q);
      const s = q === null || hidden ? "" : sign(q), style = row.what === "g" || s === "alarm" ? s : "";
      row.node.setAttribute("class", `${row.base} ${style}`);
      row.tint.setAttribute("class", `tint ${style}`);
    }
    if (u) node.setAttribute("aria-label", spoken(u, now));
  }
  for (const e of edges) {
    const came = e.parts.filter(p => p.time <= now), signs = new Set(came.map(p => sign(p.passed)));
    let c = `edge ${e.ends}`;
    if (came.length) c += ` flow ${signs.size === 1 ? [...signs][0] || "zero" : "mixed"}`;
    else if (now > F && now === end) c += " none";
    else if (e.from.some(u => units[u].made > now)) c += " later";
    const into = e.g.members[e.b], here = into !== undefined && who &&
      (into >= 0 ? who === units[into] : who === groups[~into]);
    if (here || (now > F && e.parts.some(p => active(p.time)))) c += " now";
    e.node.setAttribute("class", c);
  }
  tag(who, now);
  $("time").value = at;
  const pass = now === 0 ? "Start" : now <= F ? "Forward" : "Backward";
  $("clock").value = `${pass}, step ${at} of ${frames.length - 1}`;
  $("time").setAttribute("aria-valuetext", $("clock").value);
  $("step").replaceChildren(...panel(frames[at], now));
  if (about) $("about").replaceChildren(...details(about, now));
}
function outsText(g, now) {
  const outs = g.outs.map(u => units[u]).filter(u => u.value !== null && u.made <= now);
  if (!outs.length) return "";
  if (outs.some(u => typeof u.value === "object")) return outs.length > 1 ? `${outs.length} outputs` : `out ${outs[0].value.of}`;
  const all = outs.map(u => blank("v" + u.id) ? "?" : short(u.value));
  return outs.length > 4 ? `out ${all.slice(0, 3).join(", ")}, … (${outs.length})` : `out ${all.join(", ")}`;
}
function tag(who, now) {  // × local = contribution, where the gradient leaves
  tags.replaceChildren();
  if (now <= F + 1 || !who || who.key[0] === "g") return;
  for (const e of edges) {
    if (e.g.members[e.b] !== who.id || e.g.id !== who.group) continue;
    for (const p of e.parts) {
      const name = `${p.by}.${p.i}`, l = blank("l" + name) ? "?" : p.local === null ? null : brief(p.local);
      const c = blank("p" + name) ? "?" : brief(p.passed);
      svg("text", {class: `tag ${c === "?" ? "" : sign(p.passed)}`, x: e.start[0] + 8, y: e.start[1] - 6,
        style: "text-anchor:start"}, tags, (l === null ? "" : `× ${l} `) + `= ${c}`);
    }
  }
}
const spoken = (u, now) => `${nameOf(u)}, ${u.kind}` + (u.made <= now && u.kind !== "tuple" ? `, data ${blank("v" + u.id) ? "blanked" : text(u.value)}` : "") +
  (gradient(u, now) !== null ? `, gradient ${blank("g" + u.id) ? "blanked" : text(gradient(u, now))}` : "");

// The panel: arithmetic -------------------------------------------------------------
function el(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const k in attributes) if (attributes[k] !== undefined) made.setAttribute(k, attributes[k]);
  made.append(...content);
  return made;
}
// A number. Its key says what it is: v3 the value of unit 3, g3 its gradient, l3.0 the
// derivative by its operand 0, p3.0 the contribution, t3.0 the sum after it, b3.0 before.
function look_up(key) {
  const [id, i] = key.slice(1).split(".").map(Number), u = units[id];
  const back = i === undefined ? null : u.reads[i].back;
  if (key[0] === "v") return [u.value, id];
  if (key[0] === "g") return [gradient(u, moment()), id];
  if (key[0] === "l") return [back.local, id];
  if (key[0] === "p") return [back.passed, u.reads[i].from];
  return [back.total, u.reads[i].from];
}
function num(key, wrap = false) {
  const [q, u] = look_up(key);
  if (q !== null && blank(key)) return input(key, q);
  const shown = text(q), s = "lpgt".includes(key[0]) ? sign(q) : "";
  return el("span", {class: `num ${s}`, "data-u": "u" + u, "data-key": key, title: text(q, full)},
    wrap && shown[0] === "-" ? `(${shown})` : shown);
}
const infix = u => u.reads.length === 2 && u.symbol.length < 3 && !/\w/.test(u.symbol);
const callee = u => /\W/.test(u.symbol) ? u.call.split("(")[0] : u.symbol;
function equation(u) {
  const args = u.reads.map(r => num("v" + r.from, infix(u)));
  const sides = infix(u) ? [args[0], ` ${u.symbol} `, args[1]]
    : [callee(u) + "(", ...args.flatMap((a, i) => i ? [", ", a] : [a]), ")"];
  const names = u.reads.map(r => units[r.from].title);
  const said = !names.every(Boolean) ? [] : [el("div", {class: "muted"}, (u.title ? `${u.title} = ` : "") +
    (infix(u) ? names.join(` ${u.symbol} `) : `${callee(u)}(${names.join(", ")})`))];
  return [...said, el("div", {class: "eq"}, ...sides, " = ", u.value === null ? "several outputs" : num("v" + u.id))];
}
function passing(u) {  // every operand's contribution, and the sum it joins
  const came = u.kind === "tuple" ? "what arrived" : num("g" + u.id);
  return u.reads.flatMap((r, i) => {
    const x = units[r.from], name = `${u.id}.${i}`, to = `to ${x.title || nameOf(x)}: `;
    if (!r.back) return [el("div", {class: "eq muted"}, to, "no gradient flows")];
    const mine = r.back.local === null ? [num("p" + name)]
      : [came.cloneNode ? num("g" + u.id) : came, " × ", num("l" + name, true), " = ", num("p" + name)];
    const lines = [el("div", {class: "eq"}, to, ...mine)];
    const k = x.parts.findIndex(p => p.by === u.id && p.i === i);
    if (x.parts.length > 1) {
      const before = k ? num(`t${x.parts[k - 1].by}.${x.parts[k - 1].i}`) : data.seeds.includes(x.id) ? "1" : "0";
      lines.push(el("div", {class: "eq"}, "  sum there: ", before, " + ", num("p" + name, true), " = ", num("t" + name),
        el("span", {class: "muted"}, ` (${k + 1} of ${x.parts.length})`)));
    }
    return lines;
  });
}
function panel({who, first}, now) {
  if (!now) return [el("h2", {}, "Before the first step"), ...data.caption.map(c => el("p", {class: "muted"}, c)),
    el("p", {}, "Leaves hold what was given. → runs the next operation.")];
  if (!who) return [el("h2", {}, "The backward pass begins"),
    ...data.seeds.map(u => el("div", {class: "eq"}, `∂${nameOf(units[u])}/∂${nameOf(units[u])} = 1`))];
  if (who.key[0] === "g") return [el("h2", {}, `${now <= F ? "Forward" : "Backward"}: ${label(who)}`),
    el("p", {class: "muted"}, `${now - first + 1} of ${operations(who)} operations at once; Enter opens it`), ...through(who, now)];
  const place = who.place ? [el("p", {class: "muted"}, who.place)] : [];
  const head = el("h2", {}, `${now <= F ? "Forward" : "Backward"}: ${who.call}`);
  if (now <= F) return [head, ...place, ...equation(who)];
  return [head, ...place, el("div", {class: "muted"}, "it had computed"), ...equation(who),
    el("div", {class: "muted"}, "gradient that arrives × local derivative = contribution"), ...passing(who)];
}
function through(g, now) {  // of a closed group: what goes in and comes out
  const list = (title, all, what) => all.length ? [el("div", {class: "muted"}, title), ...all.slice(0, 8).map(u =>
    el("div", {class: "eq"}, `${nameOf(units[u])}: `, num(what + u))), ...all.length > 8 ? [`and ${all.length - 8} more`] : []] : [];
  const real = all => all.filter(u => units[u].value !== null);
  if (now <= F) return [...list("in", real(g.ins), "v"), ...list("out", real(g.outs), "v")];
  const leaves = data.units.map((_, i) => i).filter(i => units[i].kind === "parameter" && within(units[i].group, g.id));
  const has = all => all.filter(u => gradient(units[u], now) !== null);
  return [...list("arrived", has(g.outs), "g"), ...list("its parameters", has(leaves), "g"), ...list("passed on to", has(g.ins), "g")];
}
const within = (at, g) => { while (at && at !== g) at = groups[at].parent; return at === g; };

// Details of what is hovered or focused, and its other pass ---------------------------
let about = null;
function details(of, now) {
  const rows = [], row = (name, ...what) => rows.push(el("tr", {}, el("th", {scope: "row"}, name), el("td", {}, ...what)));
  if (of.key[0] === "g") {
    row("group", label(of)); row("holds", `${operations(of)} operations`);
    return [el("table", {}, ...rows), ...of.outs.length && now >= units[of.outs[0]].made ? through(of, now) : []];
  }
  const whole = key => blank(key) ? num(key) : text(look_up(key)[0], full);
  row(of.kind, of.title || "(no name)");
  if (of.call) row("made by", of.call);
  if (of.place) row("at", of.place);
  if (of.value !== null) row("data", of.made <= now ? whole("v" + of.id) : "not computed yet");
  if (typeof of.value === "object" && of.value) row("", of.value.of);
  if (of.tracked) row("grad", gradient(of, now) === null ? (now < end ? "not computed yet" : "none arrives") : whole("g" + of.id));
  if (of.parts.length > 1) row("sum of", `${of.parts.filter(p => p.time <= now).length} of ${of.parts.length} contributions so far`);
  const jump = (name, t) => { const b = el("button", {}, name); b.onclick = () => goTo(t); return b; };
  const jumps = [of.symbol ? jump("Forward step", of.made) : "", of.passes ? jump("Backward step", of.passes) : ""];
  return [el("table", {}, ...rows), el("p", {}, ...jumps)];
}
function light(key) {  // the item, its edges and its numbers, in both passes
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  const found = items.get(key);
  if (!found) return;
  about = found.of;
  $("about").replaceChildren(...details(about, moment()));
  found.node.classList.add("lit");
  if (key[0] === "g") return;
  for (const e of edges)
    if (e.from.includes(about.id) || e.g.members[e.b] === about.id) e.node.classList.add("lit");
  for (const n of document.querySelectorAll(`#step [data-u="${key}"]`)) n.classList.add("lit");
}

// Quiz ------------------------------------------------------------------------------
const answers = new Map(), singles = new Set();  // key → whether it was right
let quizzing = false;
const close = (x, y) => Math.abs(x - y) <= Math.max(.005 * Math.abs(y), .0005);
const kinds = () => [...document.querySelectorAll("#blanks input:checked")].map(c => c.value);
function blank(key) {
  if (!quizzing || answers.has(key)) return false;
  const [q] = look_up(key), u = units[parseInt(key.slice(1))];
  if (typeof q !== "number" || (key[0] === "v" && !u.reads.length)) return false;
  const kind = key[0] === "t" ? "g" : key[0];
  return singles.has(key) || kinds().includes(kind);
}
function input(key, q) {
  const field = el("input", {class: "num", "data-key": key, inputmode: "decimal", "aria-label": "blanked number", autocomplete: "off"});
  field.onchange = () => grade(key, q, field);
  return field;
}
function grade(key, q, field) {
  const [top, bottom] = field.value.split("/"), x = Number(top.replace("−", "-").replace(",", ".")) / (bottom ? Number(bottom) : 1);
  if (field.value.trim() === "") return;
  if (Number.isFinite(x) && close(x, q)) {
    answers.set(key, !field.classList.contains("wrong"));
    said(`Right: ${full(q)}`, "right");
    show();
    document.querySelector("#step input")?.focus();
  } else {
    field.classList.add("wrong"); field.setAttribute("aria-invalid", true);
    said(Number.isFinite(x) ? `Not yet. ${missing(key, x, q)}` : "A number, please.", "wrong");
    score();
  }
}
function missing(key, x, q) {  // which term explains what was typed
  const [id, i] = key.slice(1).split(".").map(Number), u = units[id];
  if (close(x, -q) && q) return "The sign is missing.";
  if ("pgt".includes(key[0])) {
    const to = key[0] === "g" ? u : units[u.reads[i].from];
    const last = key[0] === "g" ? moment() : u.passes;
    const parts = to.parts.filter(p => p.time < last || (p.time === last && (key[0] === "g" || p.i <= i)));
    if (key[0] !== "p" && parts.length > 1 && parts.length < 13)
      for (let some = 1; some < 2 ** parts.length - 1; some++) {
        const [got, lost] = [1, 0].map(bit => parts.filter((_, k) => (some >> k & 1) === bit));
        if (close(x, got.reduce((sum, p) => sum + p.passed, 0)))
          return `Missing: the contribution by way of ${lost.map(p => nameOf(units[p.by])).join(", ")}.`;
      }
    const by = key[0] === "p" ? [u, i] : parts.length ? [units[parts.at(-1).by], parts.at(-1).i] : null;
    if (by && close(x, gradient(by[0], end))) return `Missing: × the local derivative of ${by[0].call}.`;
    if (by && close(x, by[0].reads[by[1]].back.local)) return "Missing: × the gradient that arrives.";
    return "Gradient that arrives × local derivative" + (parts.length > 1 && key[0] !== "p" ? ", summed over all paths." : ".");
  }
  if (key[0] === "l") return close(x, u.reads[i].back.passed) ? "That is the contribution, with the gradient that arrives already in it."
    : `The slope of ${u.call} by its operand ${i + 1}, at these values.`;
  const k = u.reads.findIndex(r => close(x, units[r.from].value)), other = u.reads[1 - k];
  if (k >= 0 && u.reads.length === 2) return `Missing: ${u.symbol} ${nameOf(units[other.from])}.`;
  if (k >= 0) return `Missing: ${u.symbol} itself.`;
  return `It is ${u.call} of its operands.`;
}
function said(what, style = "") { $("said").textContent = what; $("said").className = style; score(); }
function score() {
  const right = [...answers.values()].filter(Boolean).length;
  $("score").textContent = answers.size ? `${right} of ${answers.size} right at once.` : "";
}
function quiz(on) {
  quizzing = on;
  $("quiz").setAttribute("aria-pressed", on); $("blanks").hidden = !on;
  said(""); show();
}

// Looking: zoom, drag, search ----------------------------------------------------------
const view = {x: 0, y: 0, k: 1};
function aim() { world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.k})`); }
function zoom(by, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const k = Math.max(.02, Math.min(8, view.k * by)), r = k / view.k;
  Object.assign(view, {k, x: x - (x - view.x) * r, y: y - (y - view.y) * r});
  aim();
}
function fit() {
  const {w, h} = groups[0], W = stage.clientWidth, H = stage.clientHeight;
  view.k = Math.min(1.5, (W - 32) / w, (H - 32) / h);
  view.x = (W - w * view.k) / 2; view.y = (H - h * view.k) / 2;
  aim();
}
function look(key, focus) {  // bring an item into sight
  const {of, node} = items.get(key) ?? {};
  if (!node) return;
  const r = node.getBoundingClientRect(), s = stage.getBoundingClientRect();
  if (r.left < s.left || r.right > s.right || r.top < s.top || r.bottom > s.bottom) {
    view.x += (s.left + s.right - r.left - r.right) / 2; view.y += (s.top + s.bottom - r.top - r.bottom) / 2;
    aim();
  }
  if (focus) { rove(node); light(of.key); }
}
function rove(node) {
  stage.querySelector('[tabindex="0"]')?.setAttribute("tabindex", -1);
  node.setAttribute("tabindex", 0); node.focus({preventScroll: true});
}
function toggle(g) {
  const before = moment(), {x, y} = g, wasOpen = open.has(g.id);
  if (!wasOpen) open.add(g.id);
  else for (const each of groups) if (each.id && within(each.id, g.id)) open.delete(each.id);
  refold(before); draw(); show(); aim();
  look(g.key, true);
}
function reveal(of) {
  for (let g = of.key[0] === "u" ? of.group : of.parent; g; g = groups[g].parent) open.add(g);
  refold(moment()); draw(); show(); aim(); look(of.key, true);
}
let hits = [], hit = -1;
function search(again) {
  const want = $("find").value.trim().toLowerCase();
  if (!again) {
    hits = want ? [...groups.slice(1), ...units].filter(o => [o.title, o.path, o.call, o.place, o.symbol].some(t => t?.toLowerCase().includes(want))) : [];
    hit = -1;
    return said(want ? `${hits.length} found; Enter shows the next` : "");
  }
  if (!hits.length) return;
  hit = (hit + 1) % hits.length;
  reveal(hits[hit]); said(`${hit + 1} of ${hits.length}`); $("find").focus();
}

// What a reader does -----------------------------------------------------------------
let timer = null;
function play(on) {
  clearInterval(timer); timer = null;
  if (on) {
    if (at === frames.length - 1) go(0);
    timer = setInterval(() => { go(at + 1); if (at === frames.length - 1) play(false); }, Math.max(120, Math.min(900, 60000 / frames.length)));
  }
  $("play").textContent = on ? "Pause" : "Play";
}
const step = by => { play(false); go(at + by); };
$("back").onclick = () => step(-1); $("next").onclick = () => step(1);
$("play").onclick = () => play(!timer);
$("time").oninput = () => { play(false); go(+$("time").value); };
$("fit").onclick = fit; $("in").onclick = () => zoom(1.25); $("out").onclick = () => zoom(.8);
$("quiz").onclick = () => quiz(!quizzing);
$("blanks").onchange = () => show(); $("blanks").onsubmit = e => e.preventDefault();
$("find").oninput = () => search(false);
$("find").onkeydown = e => { if (e.key === "Enter") search(true); };
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = name => { document.documentElement.dataset.theme = name; };
theme(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
$("theme").onclick = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
const keyed = e => e.target.closest?.("[data-key]")?.dataset.key;
stage.addEventListener("pointerover", e => { if (keyed(e)) light(keyed(e)); });
stage.addEventListener("focusin", e => { if (keyed(e)) light(keyed(e)); });
$("step").addEventListener("pointerover", e => { const n = e.target.closest("[data-u]"); if (n) light(n.dataset.u); });
$("step").addEventListener("click", e => { if (e.altKey && keyed(e)) { singles.add(keyed(e)); quiz(true); } });
let drag = null;
stage.addEventListener("pointerdown", e => { drag = {x: e.clientX, y: e.clientY, far: false}; });
stage.addEventListener("pointermove", e => {
  if (!drag || !e.buttons) return;
  const dx = e.clientX - drag.x, dy = e.clientY - drag.y;
  if (!drag.far && Math.hypot(dx, dy) < 4) return;
  if (!drag.far) stage.setPointerCapture(e.pointerId);
  Object.assign(drag, {x: e.clientX, y: e.clientY, far: true});
  view.x += dx; view.y += dy; aim();
});
stage.addEventListener("click", e => {
  const found = items.get(keyed(e));
  if (!found || drag?.far) return;
  if (found.of.key[0] === "g") toggle(found.of);
  else {
    if (e.altKey) { for (const k of "vg") singles.add(k + found.of.id); quiz(true); }
    rove(found.node); light(found.of.key);
  }
});
stage.addEventListener("wheel", e => {
  e.preventDefault();
  const r = stage.getBoundingClientRect();
  zoom(Math.exp(-e.deltaY / 500), e.clientX - r.left, e.clientY - r.top);
}, {passive: false});
document.addEventListener("keydown", e => {
  const field = e.target.matches?.("input:not([type=range]):not([type=checkbox])");
  if (e.ctrlKey || e.metaKey || e.altKey || field) { if (e.key === "Escape") stage.querySelector('[tabindex="0"]')?.focus(); return; }
  const found = items.get(keyed(e)), pan = (x, y) => { view.x += x; view.y += y; aim(); };
  const moves = e.shiftKey ? {ArrowRight: () => pan(-60, 0), ArrowLeft: () => pan(60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60)}
    : {ArrowRight: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => near(-1), ArrowDown: () => near(1)};
  const does = {...moves, Home: () => step(-1e9), End: () => step(1e9), "+": () => zoom(1.25), "-": () => zoom(.8), 0: fit,
    "/": () => $("find").focus(), q: () => quiz(!quizzing), t: () => $("theme").click(),
    " ": e.target.closest("button, [type=checkbox]") ? null : () => play(!timer),
    Enter: found?.of.key[0] === "g" ? () => toggle(found.of) : null}[e.key];
  if (does) { e.preventDefault(); does(); }
});
function near(by) {  // the item before or after the one in focus
  const all = [...items.values()].map(i => i.node), i = all.findIndex(n => n.getAttribute("tabindex") === "0");
  look(all[(i + by + all.length) % all.length].dataset.key, true);
}
refold(0); draw(); show(); fit();
addEventListener("resize", fit);
})();
