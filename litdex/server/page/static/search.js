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

// The histogram: a drag over its bars takes their years into the form, and sends it.
const bars = document.querySelector("#bars");
const years = document.querySelector("#years");
let begun = null;

function bar(event) {
  const all = [...bars.children];
  const { left, width } = bars.getBoundingClientRect();
  return Math.min(all.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * all.length)));
}

function brush(from, to) {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  [...bars.children].forEach((one, at) => one.classList.toggle("brushed", at >= low && at <= high));
  const year = (at) => bars.children[at].firstElementChild.dataset.year;
  [years.elements.from.value, years.elements.to.value] = [year(low), year(high)];
}

bars?.addEventListener("dragstart", (event) => event.preventDefault());
bars?.addEventListener("pointerdown", (event) => { begun = event.button ? null : { at: bar(event), moved: false }; });
addEventListener("pointermove", (event) => {
  if (!begun) return;
  begun.moved ||= bar(event) !== begun.at;
  if (begun.moved) brush(begun.at, bar(event));
});
addEventListener("pointerup", () => {
  const { moved } = begun ?? {};
  begun = null;
  if (moved) years.requestSubmit();
});
bars?.addEventListener("click", (event) => { if (bars.querySelector(".brushed")) event.preventDefault(); });
