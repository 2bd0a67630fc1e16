// The quiz: numbers are blanked, the engine's own grade what is typed, and a wrong
// answer is told which term would make it right.
const answered = new Set(), singles = new Set();  // keys: filled in; blanked alone
let quizzing = false;
const close = (x, y) => {  // what is tiny is not 0, but for errors of rounding
  const size = Math.abs(y), small = Math.min(.0005, .05 * size);
  return Math.abs(x - y) <= Math.max(.005 * size, small, 1e-12);
};
function parsed(typed) {  // a number or a fraction; else NaN
  const parts = typed.replaceAll("−", "-").replace(",", ".").split("/");
  return parts.length > 2 || parts.some(t => !t.trim()) ? NaN : parts[0] / (parts[1] ?? 1);
}
function blank(key) {
  if (!quizzing || answered.has(key)) return false;
  const {q, u, kind} = found(key);
  if (typeof q !== "number" || kind === "v" && !u.reads.length) return false;
  const box = $("blanks").querySelector(`[value=${kind === "t" ? "g" : kind}]`);
  return box.checked || singles.has(key.split("@")[0]);
}
function input(key, q) {
  const field = el("input", {class: "num", "data-key": key, autocomplete: "off",
    "aria-label": "blanked number"});
  field.onchange = () => grade(key, q, field);
  return field;
}
function grade(key, q, field) {
  const x = parsed(field.value), empty = !field.value.trim();
  field.classList.toggle("wrong", !empty);
  field.setAttribute("aria-invalid", !empty);
  if (empty) say("");
  else if (close(x, q)) {
    answered.add(key);
    show();
    say(`Right: ${full(q)}`, "right");
    document.querySelector("#step input")?.focus();
  } else
    say(isNaN(x) ? "A number, please." : `Not yet. ${missing(key, x, q)}`, "wrong");
}
function missing(key, x, q) {
  const {kind, of, u, i, k} = found(key), near = y => close(x, pick(y, k));
  if (q && close(x, -q)) return "The sign is missing.";
  if (kind === "l") return near(u.reads[i].back.passed)
    ? "That has the gradient that arrives already in it."
    : `It is the slope of ${u.call} by its operand ${i + 1}, at these values.`;
  if (kind === "v") {
    const one = u.reads.findIndex(r => near(units[r.from].value)), other = u.reads[1 - one];
    if (one < 0) return `It is ${u.call} of its operands.`;
    return `Missing: ${u.symbol} ${other ? nameOf(units[other.from]) : "itself"}.`;
  }
  const now = kind === "g" ? moment() : u.passes, summed = kind !== "p";
  const parts = of.parts.filter(p =>
    p.time < now || p.time === now && (kind === "g" || p.i <= i));
  if (summed && parts.length > 1 && parts.length < 13)
    for (let some = 1; some < 2 ** parts.length - 1; some++) {
      const sum = parts.reduce((s, p, j) => some >> j & 1 ? s + pick(p.passed, k) : s, 0);
      const lost = parts.filter((_, j) => !(some >> j & 1)).map(p => nameOf(p.by));
      if (close(x, sum)) return `Missing: + the contribution by way of ${lost.join(", ")}.`;
    }
  const last = summed ? parts.at(-1) : {by: u, i};
  if (last && near(last.by.grad))
    return `Missing: × the local derivative of ${last.by.call}.`;
  if (last && near(last.by.reads[last.i].back.local))
    return "Missing: × the gradient that arrives.";
  return "It is gradient that arrives × local derivative" +
    (summed && parts.length > 1 ? ", summed over all paths." : ".");
}
function say(what, style = "") {
  $("said").textContent = what;
  $("said").className = style;
}
function quiz(on) {
  quizzing = on;
  $("quiz").setAttribute("aria-pressed", on);
  $("blanks").hidden = !on;
  say("");
  show();
}
