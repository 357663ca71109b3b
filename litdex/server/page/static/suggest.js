// Suggestions below the box: arrows walk them, Enter follows, Escape closes.
const box = document.querySelector("#q");
const list = document.createElement("ul");
let active = -1;
let asked = 0;
let timer = 0;

Object.assign(list, { id: "suggestions", hidden: true, role: "listbox", ariaLabel: "Suggestions" });
box.after(list);
for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-expanded": "false" })) {
  box.setAttribute(name, value);
}

function close() {
  list.hidden = true;
  active = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function mark(at) {
  active = at;
  [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
  if (at < 0) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", list.children[at].id);
}

function line(one, index) {
  const made = document.createElement("li");
  Object.assign(made, { id: `suggestion-${index}`, role: "option", ariaSelected: "false" });
  const kind = document.createElement("span");
  kind.className = "about";
  kind.textContent = one.papers ? `${one.kind} · ${one.papers.toLocaleString("en")}` : one.kind;
  made.append(Object.assign(document.createElement("span"), { textContent: one.label }), " ", kind);
  made.dataset.href = one.href;
  return made;
}

async function suggest() {
  const mine = ++asked;
  if (box.value.trim().length < 2) return close();
  const response = await fetch(`/suggest?q=${encodeURIComponent(box.value.slice(0, 300))}`).catch(() => null);
  if (!response?.ok || mine !== asked || document.activeElement !== box) return;
  const found = await response.json();
  if (mine !== asked) return;
  list.replaceChildren(...found.map(line));
  if (!found.length) return close();
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  mark(-1);
}

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, 120);
});
box.addEventListener("blur", close);
list.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const chosen = event.target.closest("li");
  if (chosen) location.href = chosen.dataset.href;
});
box.addEventListener("keydown", (event) => {
  if (list.hidden) return;
  const count = list.children.length;
  if (event.key === "ArrowDown") mark(Math.min(count - 1, active + 1));
  else if (event.key === "ArrowUp") mark(Math.max(-1, active - 1));
  else if (event.key === "Enter" && active >= 0) location.href = list.children[active].dataset.href;
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
