// The quiz: numbers are blanked, the engine's own grade what is typed, and a wrong
// answer is told which term would make it right.
const answers = new Map(), singles = new Set();  // key → right at once; blanked alone
let quizzing = false;
const close = (x, y) => Math.abs(x - y) <= Math.max(.005 * Math.abs(y), .0005);
function blank(key) {
  if (!quizzing || answers.has(key)) return false;
  const {q, u} = found(key), kind = key[0] === "t" ? "g" : key[0];
  if (typeof q !== "number" || kind === "v" && !u.reads.length) return false;
  return singles.has(key) || document.querySelector(`#blanks [value=${kind}]`).checked;
}
function input(key, q) {
  const field = el("input", {class: "num", "data-key": key, autocomplete: "off", "aria-label": "blanked number"});
  field.onchange = () => grade(key, q, field);
  return field;
}
function grade(key, q, field) {
  const [top, bottom = 1] = field.value.replace("−", "-").replace(",", ".").split("/"), x = top / bottom;
  if (!field.value.trim()) return;
  if (close(x, q)) {
    answers.set(key, !field.classList.contains("wrong"));
    show();
    say(`Right: ${full(q)}`, "right");
    document.querySelector("#step input")?.focus();
  } else {
    field.classList.add("wrong");
    field.setAttribute("aria-invalid", true);
    say(Number.isFinite(x) ? `Not yet. ${missing(key, x, q)}` : "A number, please.", "wrong");
  }
}
function missing(key, x, q) {
  const {of, u, r, i} = found(key), kind = key[0];
  if (q && close(x, -q)) return "The sign is missing.";
  if (kind === "l") return close(x, r.back.passed) ? "That has the gradient that arrives already in it."
    : `It is the slope of ${u.call} by its operand ${i + 1}, at these values.`;
  if (kind === "v") {
    const k = u.reads.findIndex(each => close(x, units[each.from].value)), other = u.reads[1 - k];
    if (k < 0) return `It is ${u.call} of its operands.`;
    return `Missing: ${u.symbol} ${other ? nameOf(units[other.from]) : "itself"}.`;
  }
  const now = kind === "g" ? moment() : u.passes;
  const parts = of.parts.filter(p => p.time < now || p.time === now && (kind === "g" || p.i <= i));
  if (kind !== "p" && parts.length > 1 && parts.length < 13)
    for (let some = 1; some < 2 ** parts.length - 1; some++) {
      const sum = parts.reduce((s, p, k) => some >> k & 1 ? s + p.passed : s, 0);
      const lost = parts.filter((_, k) => !(some >> k & 1)).map(p => nameOf(p.by));
      if (close(x, sum)) return `Missing: + the contribution by way of ${lost.join(", ")}.`;
    }
  const by = kind === "p" ? {by: u, i} : parts.at(-1);
  if (by && close(x, by.by.grad)) return `Missing: × the local derivative of ${by.by.call}.`;
  if (by && close(x, by.by.reads[by.i].back.local)) return "Missing: × the gradient that arrives.";
  return "It is gradient that arrives × local derivative" + (parts.length > 1 && kind !== "p" ? ", summed over all paths." : ".");
}
function say(what, style = "") {
  $("said").textContent = what;
  $("said").className = style;
  const right = [...answers.values()].filter(Boolean).length;
  $("score").textContent = answers.size ? `${right} of ${answers.size} right at once.` : "";
}
function quiz(on) {
  quizzing = on;
  $("quiz").setAttribute("aria-pressed", on);
  $("blanks").hidden = !on;
  say("");
  show();
}
