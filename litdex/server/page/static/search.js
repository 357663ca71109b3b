// The keyboard: / goes to the box, arrows or j and k walk through the results, Enter opens.
const box = document.querySelector("#q");
const links = [...document.querySelectorAll(".hits h2 a")];

function walk(step) {
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
}

const keys = { "/": () => { box.focus(); box.select(); }, ArrowDown: () => walk(1), ArrowUp: () => walk(-1), j: () => walk(1), k: () => walk(-1) };

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  const leaves = event.target === box && event.key === "ArrowDown";
  if ((typing && !leaves) || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

// Snippets by meaning take longer than a page: where no word of the query is in a passage, they come after it.
const pending = new Map([...document.querySelectorAll("[data-pending]")].map((text) => [text.closest("li").querySelector("[name=id]").value, text]));

function settle(text, found) {
  text.replaceChildren(Object.assign(document.createElement("span"), { className: "about", title: "by meaning", textContent: "≈ " }), found.text);
  const link = text.closest("article").querySelector("h2 a");
  link.href = `${link.pathname}?at=${found.at}`;
}

if (pending.size) {
  fetch(`/snippets${location.search}`)
    .then((response) => (response.ok ? response.json() : {}))
    .then((found) => Object.entries(found).forEach(([id, one]) => pending.has(id) && settle(pending.get(id), one)))
    .catch(() => {});
}
