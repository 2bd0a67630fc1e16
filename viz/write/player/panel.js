// The panel: a step as arithmetic, and the details of what is pointed at.
const eq = (...parts) => el("div", {class: "eq"}, ...parts);
const small = text => el("div", {class: "muted"}, text);
// A number's key says what it is: v3 the value of unit 3, g3 its gradient; and of its
// operand 0: l3.0 the local derivative, p3.0 the contribution, t3.0 the sum after it.
// @2 is an array's element 2, counted through all its axes.
function found(key) {
  const [, kind, id, i, k] = key.match(/(.)(\d+)\.?(\d*)@?(\d*)/), u = units[id];
  const r = i && u.reads[i], back = r?.back ?? {};
  const q = {v: u.value, g: kind === "g" && gradient(u, moment()), l: back.local,
    p: back.passed, t: back.total}[kind] ?? null;
  return {kind, u, i: +i, k, q: pick(q, k), of: r && kind !== "l" ? units[r.from] : u};
}
const pick = (q, k) => k && q?.all ? [q.all].flat(9)[k] : q;
const spread = (key, q, f) => {  // f of every element's key, in brackets as they nest
  let k = 0;
  const inner = x => !Array.isArray(x) ? [f(`${key}@${k++}`)]
    : ["[", ...x.flatMap((y, i) => i ? [", ", ...inner(y)] : inner(y)), "]"];
  return inner(q.all);
};
const one = (key, f) => blank(key) ? "?" : f(found(key).q);
function told(key, f = brief) {  // as text, "?" for what is blanked
  const {q} = found(key);
  if (!q?.all || f === brief && "norm" in q) return one(key, f);
  return clip(spread(key, q, e => one(e, short)).join(""), f === brief ? 24 : 200);
}
function num(key, wrap = false) {  // as something to point at, or to fill in
  const {q, of, kind} = found(key), shown = text(q);
  if (blank(key)) return input(key, q);
  return el("span", {class: `num ${kind === "v" ? "" : sign(q)}`, "data-u": of.key,
    "data-key": key, title: text(q, full)},
  q?.all ? spread(key, q, e => blank(e) ? input(e, found(e).q) : short(found(e).q))
    : wrap && shown[0] === "-" ? `(${shown})` : shown);
}
const infix = u => u.form[0] === "\t";  // a tab stands for each operand
const applied = (u, args) =>
  u.form.split("\t").flatMap((t, i) => i ? [args[i - 1], t] : [t]);
function equation(u) {
  const names = [...u.reads.map(r => units[r.from]), u].map(x => local(x.title, u.group));
  const named = names.slice(0, -1), result = names.at(-1);
  const args = u.reads.map(r => num("v" + r.from, infix(u)));
  return [
    named.every(Boolean) ? small((result && result + " = ") + applied(u, named).join("")) : "",
    eq(...applied(u, args), " = ", u.value === null ? "several outputs" : num("v" + u.id))];
}
function passing(u) {  // every operand's contribution, and the sum it joins
  return u.reads.flatMap(({from, back}, i) => {
    const x = units[from], key = `${u.id}.${i}`;
    const to = `to ${local(nameOf(x), u.group)}: `;
    if (!back) return [el("div", {class: "eq muted"}, to, "no gradient flows")];
    const times = back.local === null || u.value === null ? []
      : [num("g" + u.id), " × ", num("l" + key, true), " = "];
    const k = x.parts.findIndex(p => p.by === u && p.i === i), before = x.parts[k - 1];
    const last = before ? num(`t${before.by.id}.${before.i}`)
      : data.seeds.includes(from) ? "1" : "0";
    return [eq(to, ...times, num("p" + key)), x.parts.length < 2 ? ""
      : eq("sum there: ", last, " + ", num("p" + key, true), " = ", num("t" + key),
        ` (${k + 1} of ${x.parts.length})`)];
  });
}
function panel({who, first}, now) {
  const head = way => el("h2", {}, way), way = now <= F ? "Forward: " : "Backward: ";
  if (!now) return [head("Before the first step"), ...data.caption.map(small),
    el("p", {}, "Leaves hold what was given. → runs the next operation.")];
  if (!who) return [head("The backward pass begins"),
    ...data.seeds.map(u => nameOf(units[u])).map(name => eq(`∂${name}/∂${name} = 1`))];
  if (who.members) return [head(way + label(who)), small(`${now - first + 1} of ` +
    `${count(who)} at once; Enter opens it`), ...through(who, now)];
  return [head(way + who.call), small(who.place), ...now <= F ? equation(who)
    : [small("it had computed"), ...equation(who),
      small("gradient that arrives × local derivative = contribution"), ...passing(who)]];
}
function through(g, now) {  // of a closed group: what goes in, is inside, comes out
  const what = now <= F ? "v" : "g", own = units.filter(u =>
    u.kind === "parameter" && within(u.group, g.id)).map(u => u.id);
  return Object.entries({in: g.ins, parameters: own, out: g.outs}).flatMap(([title, all]) => {
    const known = all.filter(u => found(what + u).q !== null && units[u].made <= now);
    return known.length ? [small(what === "g" ? `gradient: ${title}` : title),
      ...known.slice(0, 8).map(u => eq(`${local(nameOf(units[u]), g.id)}: `, num(what + u))),
      known.length > 8 ? `and ${known.length - 8} more` : ""] : [];
  });
}
let about = null;
function details(of, now) {
  const row = (name, what) => !what ? ""
    : el("tr", {}, el("th", {scope: "row"}, name), el("td", {}, what));
  if (of.members) return [el("table", {}, row("group", label(of)), row("holds", count(of))),
    ...of === frames[at].who ? [] : through(of, now)];
  const jump = (name, t) => {
    const made = el("button", {}, name);
    made.onclick = () => go(frames.findIndex(f => f.last >= t));
    return t ? made : "";
  };
  const then = (name, q, key, later) => row(name, q === null ? later
    : quizzing ? num(key) : text(q, full));
  return [el("table", {}, row(of.kind, of.title || "(no name)"), row("made by", of.call),
    row("at", of.place), row("array", of.value?.all && of.value.of),
    then("data", of.made <= now ? of.value : null, "v" + of.id,
      of.value !== null && "not computed yet"),
    then("grad", gradient(of, now), "g" + of.id,
      of.tracked && (now < end ? "not computed yet" : "none arrives"))),
  jump("Forward step", of.symbol && of.made), jump("Backward step", of.passes)];
}
function light(key) {  // an item, its edges and its numbers, of both passes
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  const {of, node} = items.get(key) ?? {};
  if (!of) return;
  about = of;
  $("about").replaceChildren(...details(of, moment()));
  const own = edges.filter(e => e.from.includes(of) || reader(e) === of);
  const same = $("step").querySelectorAll(`[data-u="${key}"]`);
  for (const each of [node, ...own.map(e => e.node), ...same]) each.classList.add("lit");
}
