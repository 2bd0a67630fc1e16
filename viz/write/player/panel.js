// The panel: a step as arithmetic, and the details of what is pointed at.
const eq = (...parts) => el("div", {class: "eq"}, ...parts);
const small = t => el("div", {class: "muted"}, t);
// A number's key says what it is: v3 the value of unit 3, g3 its gradient; and of its
// operand 0: l3.0 the local derivative, p3.0 the contribution, t3.0 the sum after it.
function found(key) {
  const [u, r, i] = spelled(key), q = {v: u.value, g: gradient(u, moment()),
    l: r?.back?.local, p: r?.back?.passed, t: r?.back?.total}[key[0]];
  return {q: q ?? null, of: r && key[0] !== "l" ? units[r.from] : u, u, r, i};
}
function spelled(key) {
  const [id, i] = key.slice(1).split(".").map(Number);
  return [units[id], units[id].reads[i], i];
}
const told = (key, f = brief) => blank(key) ? "?" : f(found(key).q);
function num(key, wrap = false) {
  const {q, of} = found(key), shown = text(q);
  if (blank(key)) return input(key, q);
  return el("span", {class: `num ${key[0] === "v" ? "" : sign(q)}`, "data-u": of.key,
    "data-key": key, title: text(q, full)}, wrap && shown[0] === "-" ? `(${shown})` : shown);
}
const infix = u => u.reads.length === 2 && /^[^\w ]{1,2}$/.test(u.symbol);
function applied(u, args) {
  const [x, y] = args, name = /\W/.test(u.symbol) ? u.call.split("(")[0] : u.symbol;
  return infix(u) ? [x, ` ${u.symbol} `, y] : [name + "(", ...args.flatMap((a, i) => i ? [", ", a] : [a]), ")"];
}
function equation(u) {
  const names = u.reads.map(r => local(units[r.from].title, u.group));
  const said = applied(u, names).join(""), args = u.reads.map(r => num("v" + r.from, infix(u)));
  return [names.every(Boolean) ? small((u.title && local(u.title, u.group) + " = ") + said) : "",
    eq(...applied(u, args), " = ", u.value === null ? "several outputs" : num("v" + u.id))];
}
function passing(u) {  // every operand's contribution, and the sum it joins
  return u.reads.flatMap(({from, back}, i) => {
    const x = units[from], name = `${u.id}.${i}`, to = `to ${x.title ? local(x.title, u.group) : nameOf(x)}: `;
    if (!back) return [el("div", {class: "eq muted"}, to, "no gradient flows")];
    const times = back.local === null || u.value === null ? [] : [num("g" + u.id), " × ", num("l" + name, true), " = "];
    const k = x.parts.findIndex(p => p.by === u && p.i === i), before = x.parts[k - 1];
    const sum = [before ? num(`t${before.by.id}.${before.i}`) : data.seeds.includes(x.id) ? "1" : "0",
      " + ", num("p" + name, true), " = ", num("t" + name), ` (${k + 1} of ${x.parts.length})`];
    return [eq(to, ...times, num("p" + name)), x.parts.length > 1 ? eq("sum there: ", ...sum) : ""];
  });
}
function panel({who, first}, now) {
  const way = now <= F ? "Forward: " : "Backward: ";
  if (!now) return [el("h2", {}, "Before the first step"), ...data.caption.map(small),
    el("p", {}, "Leaves hold what was given. → runs the next operation.")];
  if (!who) return [el("h2", {}, "The backward pass begins"), ...data.seeds.map(u =>
    eq(`∂${nameOf(units[u])}/∂${nameOf(units[u])} = 1`))];
  if (who.members) return [el("h2", {}, way + label(who)),
    small(`${now - first + 1} of ${count(who)} at once; Enter opens it`), ...through(who, now)];
  return [el("h2", {}, way + who.call), small(who.place), ...now <= F ? equation(who)
    : [small("it had computed"), ...equation(who),
      small("gradient that arrives × local derivative = contribution"), ...passing(who)]];
}
function through(g, now) {  // of a closed group: what goes in and comes out
  const list = (title, all, what) => {
    const has = all.map(u => units[u]).filter(u => what === "v" ? u.value !== null && u.made <= now : gradient(u, now) !== null);
    return !has.length ? [] : [small(title), ...has.slice(0, 8).map(u => eq(`${local(nameOf(u), g.id)}: `, num(what + u.id))),
      has.length > 8 ? `and ${has.length - 8} more` : ""];
  };
  if (now <= F) return [...list("in", g.ins, "v"), ...list("out", g.outs, "v")];
  const own = units.filter(u => u.kind === "parameter" && within(u.group, g.id)).map(u => u.id);
  return [...list("arrived", g.outs, "g"), ...list("its parameters", own, "g"), ...list("passed on to", g.ins, "g")];
}
let about = null;
function details(of, now) {
  const row = (name, ...what) => what[0] ? el("tr", {}, el("th", {scope: "row"}, name), el("td", {}, ...what)) : "";
  if (of.members) return [el("table", {}, row("group", label(of)), row("holds", count(of))), ...through(of, now)];
  const jump = (name, t) => {
    const made = el("button", {}, name);
    made.onclick = () => go(frames.findIndex(f => f.last >= t));
    return t ? made : "";
  };
  const then = (name, q, key, later) => row(name, q === null ? later : blank(key) ? num(key) : text(q, full));
  const g = gradient(of, now);
  return [el("table", {}, row(of.kind, of.title || "(no name)"), row("made by", of.call), row("at", of.place),
    then("data", of.made <= now ? of.value : null, "v" + of.id, of.value !== null && "not computed yet"),
    row("", of.value?.all && of.value.of),
    then("grad", g, "g" + of.id, of.tracked && (now < end ? "not computed yet" : "none arrives"))),
  el("p", {}, jump("Forward step", of.symbol && of.made), jump("Backward step", of.passes))];
}
function light(key) {  // an item, its edges and its numbers, of both passes
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  const {of, node} = items.get(key) ?? {};
  if (!of) return;
  about = of;
  $("about").replaceChildren(...details(of, moment()));
  const own = edges.filter(e => e.from.includes(of) || of.reads && e.g.members[e.b] === of.id);
  for (const n of [node, ...own.map(e => e.node), ...$("step").querySelectorAll(`[data-u="${key}"]`)]) n.classList.add("lit");
}
