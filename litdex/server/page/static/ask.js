// The answer as it comes: each sentence when it has been checked, its citations as links into the papers.
const form = document.querySelector("#ask");
const answer = document.querySelector("#answer");
const state = document.querySelector("#ask-state");
let running = null;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const paperUrl = (source, start, end) => `/paper/${encodeURIComponent(source.paper)}?at=${start}-${end}#found`;

function keyLinks(statement, sources) {
  return statement.citations
    .filter((one) => one.verdict === "supported" && sources.has(one.key))
    .map((one) => {
      const source = sources.get(one.key);
      const about = `Passage ${one.key}: ${source.title}`;
      return element("a", { class: "key", href: paperUrl(source, one.start, one.end), title: source.title, "aria-label": about }, `[${one.key}]`);
    });
}

function sentence(statement, sources) {
  const words = statement.quoted ? `“${statement.text}”` : statement.text;
  const links = keyLinks(statement, sources);
  const tail = links.length ? links : [element("span", { class: "unsupported" }, "unsupported")];
  return element("span", { class: `statement ${statement.quoted ? "quoted" : ""}` }, words, " ", ...tail, " ");
}

function sourceItem(source) {
  const about = [source.year, source.paper, source.section, source.retracted ? "retracted" : ""].filter(Boolean).join(" · ");
  return element(
    "li",
    { value: source.key, id: `source-${source.key}` },
    element("a", { href: paperUrl(source, source.start, source.end) }, source.title || source.paper),
    element("p", { class: "about" }, about),
    element("p", { class: "passage" }, source.text || ""),
  );
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length)).join("\n");
      yield { name: field("event: "), data: JSON.parse(field("data: ")) };
    }
  }
}

class Page {
  constructor() {
    this.sources = new Map();
    this.prose = element("p", { class: "prose" });
    this.list = element("ol", { class: "sources" });
    answer.replaceChildren(this.prose);
  }
  context(data) {
    for (const source of data.sources) this.sources.set(source.key, source);
    const count = data.sources.length;
    state.textContent = `Reading ${count} passage${count === 1 ? "" : "s"} …`;
  }
  statement(data) {
    this.prose.append(sentence(data, this.sources));
  }
  answer(data) {
    if (data.refused) this.prose.replaceChildren(data.answer);
    const cited = data.sources.length ? data.sources.map((one) => this.sources.get(one.key)) : [...this.sources.values()].slice(0, 5);
    this.list.append(...cited.map(sourceItem));
    answer.append(...data.notes.map((note) => element("p", { class: "note" }, note)));
    if (cited.length) answer.append(element("h2", {}, data.refused ? "The nearest passages" : "Passages"), this.list);
    const how = data.model ? `Written by ${data.model}, every citation checked` : "Quoted from the papers";
    state.textContent = `${how} · ${(data.milliseconds.total / 1000).toFixed(1)} s`;
  }
  error(data) {
    state.textContent = data.error.message;
  }
}

async function ask(question) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  state.textContent = "Searching …";
  answer.setAttribute("aria-busy", "true");
  const page = new Page();
  try {
    const response = await fetch("/v1/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question, stream: true }),
      signal,
    });
    if (!response.ok) page.error(await response.json());
    else for await (const { name, data } of events(response)) page[name]?.(data);
  } catch (error) {
    if (signal.aborted) return;
    state.textContent = "The answer broke off: ask again.";
  }
  answer.removeAttribute("aria-busy");
}

form?.addEventListener("submit", (event) => {
  const question = new FormData(form).get("q").trim();
  event.preventDefault();
  if (!question) return;
  history.pushState(null, "", `/ask?q=${encodeURIComponent(question)}`);
  document.title = `${question} – litdex`;
  ask(question);
});
addEventListener("popstate", () => location.reload());
