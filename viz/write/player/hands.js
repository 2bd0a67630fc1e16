// Hands: zoom, drag, search, keys; and the beginning. The browser scrolls.
const view = $("view");
const READABLE = .82;  // the scale at which 11 px, the size of numbers, are 9
let scale = 1;
function zoom(by, x = view.clientWidth / 2, y = view.clientHeight / 2) {
  const {w, h} = groups[0], was = scale, {scrollLeft, scrollTop} = view;
  scale = Math.max(.02, Math.min(8, scale * by));
  filled(stage, {viewBox: `-16 -16 ${w + 32} ${h + 32}`, width: (w + 32) * scale,
    height: (h + 32) * scale}, []);
  const r = scale / was;
  view.scrollTo((scrollLeft + x) * r - x, (scrollTop + y) * r - y);
}
function room() {  // the scale at which all of it is in sight
  const {w, h} = groups[0];
  return Math.min(1.5, view.clientWidth / (w + 32), view.clientHeight / (h + 32));
}
function fit(least = 0) {  // all of it, or its beginning at that scale
  zoom(Math.max(least, room()) / scale);
  view.scrollTo(0, 0);
  const left = scale;  // what the reader has moved since then stays
  onresize = () => {
    if (scale === left && !view.scrollLeft && !view.scrollTop) fit(least);
  };
}
function look(key, focus) {  // bring an item into sight
  const {node} = items.get(key) ?? {};
  node?.scrollIntoView({block: "nearest", inline: "nearest"});
  if (focus) node?.focus({preventScroll: true});
}
function redraw(key) {  // with what was opened or closed where it was
  const at = () => items.get(key)?.node.getBoundingClientRect(), was = at();
  refold(moment()); draw();
  if (was) view.scrollBy(at().x - was.x, at().y - was.y);
  show();
  look(key, true);
}
function toggle(g) {
  if (!open.has(g.id)) open.add(g.id);
  else for (const {id} of groups) if (id && within(id, g.id)) open.delete(id);
  redraw(g.key);
}
let hit = -1;
function search() {  // the next that has it
  const want = $("find").value.trim().toLowerCase();
  const hits = [...groups.slice(1), ...units].filter(o => want &&
    [o.title, o.path, o.more, o.call, o.place].some(t => t?.toLowerCase().includes(want)));
  if (!hits.length) return say("0 found");
  hit = (hit + 1) % hits.length;
  const of = hits[hit];
  for (let g = of.group ?? of.parent; g; g = groups[g].parent) open.add(g);
  redraw(of.key);
  say(`${hit + 1} of ${hits.length} found`);
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
const step = by => { play(false); say(""); go(at + by); };
const does = {
  back: () => step(-1), next: () => step(1), play: () => play(!timer), fit: () => fit(),
  in: () => zoom(1.25), out: () => zoom(.8), quiz: () => quiz(!quizzing),
};
for (const id in does) $(id).onclick = () => does[id]();
$("time").oninput = () => step($("time").value - at);
$("blanks").onchange = show;
$("blanks").onsubmit = e => e.preventDefault();
$("find").oninput = () => { hit = -1; };
$("find").onkeydown = e => { if (e.key === "Enter") search(); };
function alone(...keys) {  // blank these, and only what was asked for
  const boxes = $("blanks").querySelectorAll("input");
  if (!quizzing) for (const box of boxes) box.checked = false;
  for (const key of keys) singles.add(key);
  quiz(true);
}
const keyed = e => e.target.closest("[data-key]")?.dataset.key;
stage.onpointerover = e => keyed(e) && light(keyed(e));
stage.addEventListener("focusin", stage.onpointerover);
$("step").onpointerover = e => light(e.target.closest("[data-u]")?.dataset.u);
$("step").onclick = e => { if (e.altKey && keyed(e)) alone(keyed(e)); };
let drag = {};
stage.onpointerdown = e => { drag = {x: e.clientX, y: e.clientY}; };
stage.onpointermove = e => {
  const x = e.clientX - drag.x, y = e.clientY - drag.y;
  if (e.pointerType === "touch" || !e.buttons || !drag.far && Math.hypot(x, y) < 4) return;
  if (!drag.far) stage.setPointerCapture(e.pointerId);
  drag = {x: e.clientX, y: e.clientY, far: true};
  view.scrollBy(-x, -y);
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
  const r = view.getBoundingClientRect();
  zoom(Math.exp(-e.deltaY / 500), e.clientX - r.left, e.clientY - r.top);
}, {passive: false});
document.onkeydown = e => {
  const types = e.target.matches("input:not([type=range],[type=checkbox])");
  if (e.ctrlKey || e.metaKey || e.altKey || types) return;
  const {of} = items.get(keyed(e)) ?? {};
  const act = {ArrowRight: does.next, ArrowLeft: does.back, Home: () => step(-1e9),
    End: () => step(1e9), "+": does.in, "-": does.out, 0: does.fit, q: does.quiz,
    "/": () => $("find").focus(), t: () => $("theme").click(),
    " ": e.target.matches("button, [type=checkbox]") ? null : does.play,
    Enter: of?.members && (() => toggle(of)),
    b: of?.reads && (() => alone("v" + of.id, "g" + of.id))}[e.key];
  if (act) { e.preventDefault(); act(); }
};
// As much is open as can be read; what alone computes stays open.
const computing = groups[0].members.filter(m => m < 0 || units[m].reads.length);
for (const g of data.opened.slice(computing.length > 1 ? 0 : 1).reverse()) {
  measure(groups[0]);
  if (room() < READABLE) open.delete(g);
}
refold(0); draw(); show(); fit(READABLE);
