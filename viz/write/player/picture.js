// The picture: drawn anew when a group opens or closes; a step changes only classes
// and numbers.
const stage = $("stage"), items = new Map();  // key → what it is of, its node and rows
let edges = [], tags;
const label = (g, name = g.path || g.name) =>
  [name, g.more].filter(Boolean).join(g.path ? " " : " · ");
const count = g => {  // of its operations; without any, of its leaves
  const n = forward.filter(u => within(u.group, g.id)).length;
  return n ? `${n} operation${n === 1 ? "" : "s"}` : `${g.members.length} leaves`;
};
const local = (t, g) => {  // a name without that of the module it stands in
  const path = groups[g].path + ".";
  return t.startsWith(path) ? t.slice(path.length) : t;
};
function filled(made, attributes, content) {
  for (const k in attributes) made.setAttribute(k, attributes[k]);
  made.append(...content.flat());
  return made;
}
const el = (name, attributes, ...content) =>
  filled(document.createElement(name), attributes, content);
function svg(name, attributes, parent, content = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  parent.append(filled(made, attributes, [content]));
  return made;
}
function draw() {
  stage.replaceChildren(); items.clear(); edges = [];
  for (const kind of ["line", "plus", "minus", "mixed"])
    svg("path", {d: "M0 0L8 3L0 6z"}, svg("marker", {id: "tip-" + kind, class: kind,
      viewBox: "0 0 8 6", refX: 8, refY: 3, markerWidth: 8, markerHeight: 6,
      orient: "auto-start-reverse", markerUnits: "userSpaceOnUse"}, stage));
  const [frames, paths, boxes, last] = [0, 1, 2, 3].map(() => svg("g", {}, stage));
  tags = last;
  measure(groups[0]); place(groups[0], 0, 0);
  const walk = (g, depth) => {
    if (g.id) drawFrame(g, frames, depth);
    drawLines(g, paths);
    g.members.forEach((m, i) => {
      if (isOpen(m)) walk(groups[~m], depth + 1);
      else (m < 0 ? drawClosed : drawUnit)(member(m), g.boxes[i], boxes);
    });
  };
  walk(groups[0], 0);
  zoom(1);
}
const reader = e => member(e.g.members[e.b]);  // what a line leads to, if it shows
function drawLines(g, parent) {
  const all = lines(g).map(line => ({...line, start: route(line, 0)[0]}));
  const shown = e => g.boxes[e] && !g.boxes[e].inner && e < g.members.length;
  const meeting = {};
  for (const line of all) (meeting[line.b] ??= []).push(line);
  for (const own of Object.values(meeting)) {  // set apart, in the order they come
    const [{b}] = own, Z = g.boxes[b], high = Math.min(Z?.h ?? 0, Z?.circle ? 28 : 999);
    const gap = Math.min(9, .7 * high / Math.max(1, own.length - 1));
    own.sort((l, m) => l.start[1] - m.start[1]).forEach((line, i) => {
      const points = route(line, (i - (own.length - 1) / 2) * gap);
      line.ends = (shown(line.b) ? " to" : "") + (shown(line.a) ? " from" : "");
      line.node = svg("path", {d: curve(points)}, parent);
      edges.push(line);
    });
  }
}
function item(of, attributes, parent) {  // what can be focused, hovered, clicked
  const node = svg("g", {tabindex: 0, ...attributes}, parent), rows = [];
  node.dataset.key = of.key;
  items.set(of.key, {of, node, rows});
  return {node, rows, rect: more => svg("rect", more, node),
    write: (x, y, content, kind = "") => svg("text", {x, y, class: kind}, node, content)};
}
function drawFrame(g, parent, depth) {
  const {rect, write} = item(g, {class: "frame" + (depth % 2 ? "" : " odd"), role: "button",
    "aria-expanded": true, "aria-label": `Close ${label(g)}`}, parent);
  rect({x: g.x, y: g.y, width: g.w, height: g.h, rx: 6});
  write(g.x + 8, g.y + 15, clip(`▾ ${label(g, g.name)}`, 80));
}
const corner = ({x, y, w, h}) => `translate(${x - w / 2} ${y - h / 2})`;
function drawClosed(g, box, parent) {
  const {w, h} = box;
  const {rect, write, rows} = item(g, {class: "closed", role: "button",
    "aria-expanded": false, "aria-label": `Open ${label(g)}`, transform: corner(box)}, parent);
  rect({class: "paper", width: w, height: h, rx: 4});
  write(8, 15, clip(`▸ ${g.name}`, w / 6 | 0), "title");
  write(8, 32, clip(g.more, w / 6 | 0), "small");
  write(8, 48, count(g), "small");
  rows.push({node: write(8, 64, "")});
}
function drawUnit(u, box, parent) {
  const {w, h, circle} = box, q = u.value, left = circle && circle + 10, wide = w - left;
  const {node, rect, write, rows} = item(u,
    {role: "group", "aria-label": u.kind, transform: corner(box)}, parent);
  if (circle) {
    if (q !== null) svg("path", {class: "arm", d: `M${circle} ${h / 2}h10`}, node);
    rect({class: "circle", y: h / 2 - 14, width: circle, height: 28, rx: 14});
    write(circle / 2, h / 2 + 4.5, u.symbol, "mid");
  }
  if (q === null) return;
  const array = typeof q === "object";
  const key = u.kind === "constant" ? "" : !array || !("norm" in q) ? "data"
    : q.nan || q.inf ? "not finite" : "range";
  const fields = [array && [q.of, ""], (!array || Object.keys(q).length > 1) && [key, "v"],
    u.tracked && ["grad", "g"]].filter(Boolean);
  rect({class: "paper", x: left, width: wide, height: h, rx: 3});
  let top = (h - fields.length * px.line) / 2;
  if (u.title) {
    rect({class: "head", x: left + 1.5, y: 1.5, width: wide - 3, height: px.header - 3});
    write(left + wide / 2, 13.5, clip(local(u.title, u.group), 24), "title mid");
    top += px.header / 2 - 1;
  }
  for (const [name, what] of fields) {
    const y = top + 11.8, tint = what && rect({x: left + 1.5, y: top, width: wide - 3,
      height: px.line});
    if (name) write(left + 8, y, name, "small");
    const [x, at] = name ? [left + wide - 8, "end"] : [left + wide / 2, "mid"];
    if (what) rows.push({what, tint, at, node: write(x, y, "")});
    top += px.line;
  }
}
