// Hands: zoom, drag, search, keys; and the beginning.
const view = {x: 0, y: 0, k: 1};
const aim = () => world.setAttribute("transform",
  `translate(${view.x} ${view.y}) scale(${view.k})`);
const pan = (x, y) => { view.x += x; view.y += y; aim(); };
function zoom(by, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const k = Math.max(.02, Math.min(8, view.k * by)), r = k / view.k;
  Object.assign(view, {k, x: x - (x - view.x) * r, y: y - (y - view.y) * r});
  aim();
}
function fit(least = .02) {  // all of it, or its beginning at that scale
  const {w, h} = groups[0], W = stage.clientWidth, H = stage.clientHeight;
  const k = Math.max(least, Math.min(1.5, (W - 32) / w, (H - 32) / h));
  Object.assign(view, {k, x: Math.max(16, (W - w * k) / 2), y: (H - h * k) / 2});
  aim();
}
const reached = () => stage.querySelector('[tabindex="0"]');
function look(key, focus) {  // bring an item into sight
  const {node, x, y, w, h} = items.get(key) ?? {}, {k} = view;
  if (!node) return;
  const [left, top] = [view.x + x * k, view.y + y * k];
  const [right, below] = [stage.clientWidth - left - w * k, stage.clientHeight - top - h * k];
  if (Math.min(left, top, right, below) < 0) pan((right - left) / 2, (below - top) / 2);
  if (!focus) return;
  reached()?.setAttribute("tabindex", -1);
  node.setAttribute("tabindex", 0);
  node.focus({preventScroll: true});
  light(key);
}
function near(by) {  // the item before or after the one in focus
  const keys = [...items.keys()], i = keys.indexOf(reached().dataset.key);
  look(keys[(i + by + keys.length) % keys.length], true);
}
function redraw(key) {  // with what was opened or closed where it was
  const was = items.get(key);
  refold(moment()); draw();
  const {x, y} = items.get(key), {k} = view;
  pan(was ? (was.x - x) * k : 0, was ? (was.y - y) * k : 0);
  show();
  look(key, true);
}
function toggle(g) {
  if (!open.has(g.id)) open.add(g.id);
  else for (const {id} of groups) if (id && within(id, g.id)) open.delete(id);
  redraw(g.key);
}
let hits = [], hit = -1;
function search(next) {
  const want = $("find").value.trim().toLowerCase();
  if (!next) {
    const has = o => [o.title, o.path, o.call, o.place, o.symbol]
      .some(t => t?.toLowerCase().includes(want));
    hits = want ? [...groups.slice(1), ...units].filter(has) : [];
    hit = -1;
    return say(want && `${hits.length} found; Enter shows the next`);
  }
  if (!hits.length) return;
  hit = (hit + 1) % hits.length;
  for (let g = hits[hit].group ?? hits[hit].parent; g; g = groups[g].parent) open.add(g);
  redraw(hits[hit].key);
  say(`${hit + 1} of ${hits.length}`);
  $("find").focus();
}
let timer = null;
function play(on) {
  clearInterval(timer);
  timer = null;
  $("play").textContent = on ? "Pause" : "Play";
  if (!on) return;
  if (at === frames.length - 1) go(0);
  timer = setInterval(() => { go(at + 1); if (at === frames.length - 1) play(false); },
    Math.max(120, Math.min(900, 60000 / frames.length)));
}
const step = by => { play(false); go(at + by); };
const does = {
  back: () => step(-1), next: () => step(1), play: () => play(!timer), fit: () => fit(),
  in: () => zoom(1.25), out: () => zoom(.8), quiz: () => quiz(!quizzing),
};
for (const id in does) $(id).onclick = () => does[id]();
$("time").oninput = () => step($("time").value - at);
$("blanks").onchange = show;
$("blanks").onsubmit = e => e.preventDefault();
$("find").oninput = () => search(false);
$("find").onkeydown = e => { if (e.key === "Enter") search(true); };
function alone(...keys) {  // blank these, and only what was asked for
  const boxes = $("blanks").querySelectorAll("input");
  if (!quizzing) for (const box of boxes) box.checked = false;
  for (const key of keys) singles.add(key);
  quiz(true);
}
const keyed = e => e.target.closest("[data-key]")?.dataset.key;
stage.onpointerover = stage.onfocus = e => keyed(e) && light(keyed(e));
stage.addEventListener("focusin", stage.onfocus);
$("step").onpointerover = e => light(e.target.closest("[data-u]")?.dataset.u);
$("step").onclick = e => { if (e.altKey && keyed(e)) alone(keyed(e)); };
let drag = {};
stage.onpointerdown = e => { drag = {x: e.clientX, y: e.clientY}; };
stage.onpointermove = e => {
  const x = e.clientX - drag.x, y = e.clientY - drag.y;
  if (!e.buttons || !drag.far && Math.hypot(x, y) < 4) return;
  if (!drag.far) stage.setPointerCapture(e.pointerId);
  drag = {x: e.clientX, y: e.clientY, far: true};
  pan(x, y);
};
stage.onclick = e => {
  const {of} = items.get(keyed(e)) ?? {};
  if (!of || drag.far) return;
  if (of.members) return toggle(of);
  if (e.altKey) alone("v" + of.id, "g" + of.id);
  look(of.key, true);
};
stage.addEventListener("wheel", e => {
  e.preventDefault();
  const r = stage.getBoundingClientRect();
  zoom(Math.exp(-e.deltaY / 500), e.clientX - r.left, e.clientY - r.top);
}, {passive: false});
document.onkeydown = e => {
  if (e.key === "Escape") return reached().focus();
  const types = e.target.matches("input:not([type=range],[type=checkbox])");
  if (e.ctrlKey || e.metaKey || e.altKey || types) return;
  const of = items.get(keyed(e))?.of, [x, y] = {ArrowRight: [1, 0], ArrowLeft: [-1, 0],
    ArrowDown: [0, 1], ArrowUp: [0, -1]}[e.key] ?? [];
  const act = x !== undefined ? () => e.shiftKey ? pan(-60 * x, -60 * y) : x ? step(x) : near(y)
    : {Home: () => step(-1e9), End: () => step(1e9), "+": does.in, "-": does.out, 0: does.fit,
      "/": () => $("find").focus(), q: does.quiz, t: () => $("theme").click(),
      " ": e.target.matches("button, [type=checkbox]") ? null : does.play,
      Enter: of?.members && (() => toggle(of)),
      b: of?.reads && (() => alone("v" + of.id, "g" + of.id))}[e.key];
  if (act) { e.preventDefault(); act(); }
};
refold(0); draw(); show(); fit(.6);
onresize = () => fit(.6);
