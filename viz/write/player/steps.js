// Steps: a closed group takes one for all its operations.
let frames = [], at = 0;
const moment = () => frames[at].last;
function refold(now) {
  frames = [{first: 0, last: 0, who: null}];
  for (let t = 1; t <= end; t++) {
    const who = t === F + 1 ? null : shown(actor(t)), before = frames.at(-1);
    if (who?.members && who === before.who) before.last = t;
    else frames.push({first: t, last: t, who});
  }
  at = Math.max(0, frames.findIndex(f => f.last >= now));
  $("time").max = frames.length - 1;
}
function go(to) {
  at = Math.max(0, Math.min(frames.length - 1, to));
  show();
  if (frames[at].who) look(frames[at].who.key, false);
}
function show() {
  const now = moment(), {first, who} = frames[at];
  for (const {of, node, rows} of items.values()) {
    node.classList.toggle("now", of === who);
    if (of.members) {
      const made = of.outs.map(u => units[u]).filter(u => u.value !== null && u.made <= now);
      for (const row of rows) row.node.textContent = made.length ? clip(
        `out ${made.map(u => told("v" + u.id)).join(", ")}`, 24) : "";
      continue;
    }
    const later = of.made > now, g = gradient(of, now);
    node.setAttribute("class",
      `unit ${of.kind}${later ? " later" : ""}${of === who ? " now" : ""}`);
    for (const row of rows) {
      const q = row.what === "g" ? g : later ? null : of.value, key = row.what + of.id;
      const shows = q === null ? "" : told(key), s = shows.includes("?") ? "" : sign(q);
      const style = row.what === "g" || s === "alarm" ? s : "";
      row.node.textContent = shows ||
        (row.what === "g" && back && now === end ? "none arrives" : "");
      row.node.setAttribute("class", `${row.at} ${style}`);
      row.tint.setAttribute("class", `tint ${style}`);
    }
  }
  for (const e of edges) {
    const came = e.parts.filter(p => p.time <= now);
    const signs = new Set(came.map(p =>
      blank(`p${p.by.id}.${p.i}`) ? "mixed" : sign(p.passed)));
    const flow = signs.size > 1 ? "mixed" : [...signs][0] || "zero";
    const state = came.length ? ` flow ${flow}` : back && now === end ? " none"
      : e.from.some(u => u.made > now) ? " later" : "";
    const active = reader(e) === who || now > F && came.some(p => p.time >= first);
    e.node.setAttribute("class", `edge${e.ends}${state}${active ? " now" : ""}`);
  }
  tag(who, now);
  const pass = !now ? "Start" : now <= F ? "Forward" : "Backward";
  $("clock").value = `${pass}, step ${at} of ${frames.length - 1}`;
  $("time").value = at;
  $("time").setAttribute("aria-valuetext", $("clock").value);
  $("step").replaceChildren(...panel(frames[at], now));
  if (about) $("about").replaceChildren(...details(about, now));
}
function tag(who, now) {  // × local = contribution, where it leaves for an operand
  tags.replaceChildren();
  for (const e of edges) {
    const here = now > F && who?.reads && reader(e) === who;
    for (const p of here ? e.parts : []) {
      const name = `${p.by.id}.${p.i}`, [l, c] = ["l", "p"].map(k => told(k + name, text));
      const A = e.g.boxes[e.a], above = A && !A.inner && A.w;  // its box, if that shows
      const [x, y] = above ? [A.x + A.w / 2, A.y - A.h / 2 - 4]
        : [e.start[0] + 8, e.start[1] - 6];
      const style = `tag ${above ? "end" : ""} ${c.includes("?") ? "" : sign(p.passed)}`;
      svg("text", {x, y, class: style}, tags, (p.local === null ? "" : `× ${l} `) + `= ${c}`);
    }
  }
}
