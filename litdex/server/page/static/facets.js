// A facet fetches its values when it is first opened; its box looks for others as one types.
const wait = new WeakMap();

async function piece(address) {
  const response = await fetch(`${address}&piece=1`);
  return new DOMParser().parseFromString(await response.text(), "text/html").body;
}

for (const facet of document.querySelectorAll("[data-facet]")) {
  facet.addEventListener("toggle", async () => {
    const link = facet.querySelector(":scope > p > a");
    facet.replaceChildren(facet.querySelector("summary"), ...(await piece(link.href + (link.search ? "" : "?"))).childNodes);
  }, { once: true });
}

document.querySelector(".facets")?.addEventListener("input", (event) => {
  const form = event.target.closest(".find");
  if (!form) return;
  clearTimeout(wait.get(form));
  wait.set(form, setTimeout(async () => {
    const asked = new URLSearchParams(new FormData(form)).toString();
    const found = await piece(`${form.action}?${asked}`);
    if (asked !== new URLSearchParams(new FormData(form)).toString()) return;
    form.parentElement.querySelector("ul").replaceWith(found.querySelector("ul"));
    form.parentElement.querySelector(":scope > .all")?.remove();
    form.parentElement.append(...found.querySelectorAll(".all"));
  }, 150));
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
