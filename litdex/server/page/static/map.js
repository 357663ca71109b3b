// The map moves: zoom with the wheel or the buttons, drag to move, hover to read, draw a box to choose.
const svg = document.querySelector("#map svg");
const label = document.querySelector("#map-label");
const chosen = document.querySelector("#chosen");
const FULL = { x: -30, y: -30, size: 1060 };
let view = { ...FULL };
let selecting = false;
let drag = null;

const points = () => [...svg.querySelectorAll("circle:not([hidden])")];

function show() {
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.size} ${view.size}`);
  svg.style.setProperty("--zoom", String(view.size / FULL.size));
}

function place(event) {
  const box = svg.getBoundingClientRect();
  const scale = view.size / Math.min(box.width, box.height);
  return {
    x: view.x + view.size / 2 + (event.clientX - box.left - box.width / 2) * scale,
    y: view.y + view.size / 2 + (event.clientY - box.top - box.height / 2) * scale,
    scale,
  };
}

function zoom(factor, at = { x: view.x + view.size / 2, y: view.y + view.size / 2 }) {
  const size = Math.min(FULL.size, Math.max(20, view.size * factor));
  view = { x: at.x - ((at.x - view.x) * size) / view.size, y: at.y - ((at.y - view.y) * size) / view.size, size };
  show();
}

function nearest(event) {
  const at = place(event);
  let best = null;
  let least = 12 * at.scale;
  for (const point of points()) {
    const distance = Math.hypot(point.cx.baseVal.value - at.x, point.cy.baseVal.value - at.y);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

function name(point, event) {
  svg.querySelector(".near")?.classList.remove("near");
  label.hidden = !point;
  if (!point) return;
  point.classList.add("near");
  label.textContent = point.querySelector("title").textContent;
  const box = svg.parentElement.getBoundingClientRect();
  const left = Math.min(event.clientX - box.left + 14, box.width - label.offsetWidth - 8);
  label.style.left = `${Math.max(4, left)}px`;
  label.style.top = `${event.clientY - box.top + 16}px`;
}

function choose(inside) {
  const ids = [];
  for (const point of svg.querySelectorAll("circle")) {
    const is = !point.hasAttribute("hidden") && inside(point.cx.baseVal.value, point.cy.baseVal.value);
    point.classList.toggle("chosen", is);
    if (is) ids.push(Number(point.dataset.n));
  }
  svg.classList.toggle("choosing", ids.length > 0);
  chosen.hidden = !ids.length;
  const few = `${ids.length} paper${ids.length === 1 ? "" : "s"} chosen`;
  document.querySelector("#chosen-count").textContent = few;
  for (const field of chosen.querySelectorAll("input[name=only]")) field.value = ids.join(",");
}

svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, place(event));
}, { passive: false });

svg.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  svg.setPointerCapture(event.pointerId);
  drag = { from: place(event), client: [event.clientX, event.clientY], view: { ...view }, moved: false, box: null };
  if (selecting || event.shiftKey) {
    drag.box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    drag.box.setAttribute("class", "box");
    svg.append(drag.box);
  }
});

svg.addEventListener("pointermove", (event) => {
  if (!drag) return name(nearest(event), event);
  const [dx, dy] = [event.clientX - drag.client[0], event.clientY - drag.client[1]];
  drag.moved ||= Math.hypot(dx, dy) > 4;
  if (drag.box) {
    const at = place(event);
    const [x, y] = [Math.min(at.x, drag.from.x), Math.min(at.y, drag.from.y)];
    const sides = { x, y, width: Math.abs(at.x - drag.from.x), height: Math.abs(at.y - drag.from.y) };
    for (const [side, value] of Object.entries(sides)) drag.box.setAttribute(side, value);
  } else if (drag.moved) {
    view = { ...view, x: drag.view.x - dx * drag.from.scale, y: drag.view.y - dy * drag.from.scale };
    name(null);
    show();
  }
});

svg.addEventListener("pointerup", (event) => {
  if (!drag) return;
  const { box, moved } = drag;
  if (box && moved) {
    const { x, y, width, height } = box;
    const [left, top, wide, high] = [x, y, width, height].map((side) => side.baseVal.value);
    choose((cx, cy) => cx >= left && cx <= left + wide && cy >= top && cy <= top + high);
  } else if (!moved) {
    const point = nearest(event);
    if (point) location.href = point.dataset.href;
  }
  box?.remove();
  drag = null;
});
svg.addEventListener("pointercancel", () => {
  drag?.box?.remove();
  drag = null;
});
svg.addEventListener("pointerleave", () => name(null));

svg.addEventListener("keydown", (event) => {
  const step = view.size / 10;
  const acts = {
    "+": () => zoom(1 / 1.3), "=": () => zoom(1 / 1.3), "-": () => zoom(1.3), 0: () => { view = { ...FULL }; },
    ArrowLeft: () => { view.x -= step; }, ArrowRight: () => { view.x += step; },
    ArrowUp: () => { view.y -= step; }, ArrowDown: () => { view.y += step; },
    Escape: () => choose(() => false),
  };
  if (!(event.key in acts) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  acts[event.key]();
  show();
});

const tools = {
  in: () => zoom(1 / 1.4),
  out: () => zoom(1.4),
  whole: () => { view = { ...FULL }; show(); },
  select: (button) => {
    selecting = !selecting;
    button.setAttribute("aria-pressed", String(selecting));
    svg.classList.toggle("selecting", selecting);
  },
  view: () => choose((x, y) => x >= view.x && x <= view.x + view.size && y >= view.y && y <= view.y + view.size),
  none: () => choose(() => false),
};
for (const button of document.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => tools[button.dataset.tool](button));
}
for (const box of document.querySelectorAll("#legend input")) {
  box.addEventListener("change", () => {
    for (const point of svg.querySelectorAll(`circle.group-${box.value}`)) point.toggleAttribute("hidden", !box.checked);
  });
}
document.querySelector("#map-tools").hidden = false;
show();
