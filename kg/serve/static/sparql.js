// YASGUI in place of the plain form: completions from this graph alone, and faults shown where they are.
import Yasgui from "./yasgui/yasgui.js";

const KEPT = "query"; // in the session: the text of the editor, and nothing else
const form = document.querySelector("#plain");
const place = document.querySelector("#yasgui");
const fault = document.querySelector("#fault");
const given = form.elements.query.value;
const { Yasqe } = Yasgui;

const known = await (await fetch("/sparql/completions.json")).json();
Object.assign(Yasqe.Autocompleters.class, { get: () => known.classes, bulk: true, persistenceId: null });
Object.assign(Yasqe.Autocompleters.property, { get: () => known.properties, bulk: true, persistenceId: null });
Object.assign(Yasqe.Autocompleters.prefixes, {
  get: () => Object.entries(known.prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`),
  bulk: true,
  persistenceId: null,
});

place.hidden = false;
document.querySelector("#beside").hidden = false;
form.hidden = true;
const yasgui = new Yasgui(place, {
  persistenceId: null,
  populateFromUrl: false,
  copyEndpointOnNewTab: false,
  autofocus: false,
  requestConfig: { endpoint: new URL("/sparql", location).href, method: "POST", headers: {} },
  endpointCatalogueOptions: { getData: () => [], keys: [], renderItem: () => {} },
  yasqe: {
    value: begin(),
    persistenceId: null,
    resizeable: false,
    createShareableLink: (yasqe) => `${location.origin}/sparql#query=${encodeURIComponent(yasqe.getValue())}`,
    createShortLink: undefined,
  },
  yasr: { persistenceId: null, errorRenderers: [told] },
});

// What the editor begins with: what an address or this page gives, else what was there before it was loaded anew.
function begin() {
  const shared = new URLSearchParams(location.hash.slice(1)).get("query");
  return shared ?? (location.pathname === "/sparql" ? sessionStorage.getItem(KEPT) : null) ?? given;
}

// Mark the line and the column that a fault names, until the query changes.
function mark(yasqe, { detail, line, column }) {
  fault.textContent = detail;
  fault.hidden = false;
  if (!line) return;
  yasqe.addLineClass(line - 1, "background", "faulty");
  if (column) {
    const token = yasqe.getTokenAt({ line: line - 1, ch: column });
    yasqe.markText({ line: line - 1, ch: token.start }, { line: line - 1, ch: token.end }, { className: "faulty-place" });
  }
  yasqe.setCursor(line - 1, (column || 1) - 1);
  yasqe.scrollIntoView(null, 80);
}

function clear(yasqe) {
  fault.hidden = true;
  yasqe.eachLine((line) => yasqe.removeLineClass(line, "background", "faulty"));
  for (const found of yasqe.getAllMarks()) if (found.className === "faulty-place") found.clear();
}

function problem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text || "the endpoint did not answer" };
  }
}

// In place of the results: what the endpoint says of a fault, as words.
async function told(error) {
  const shown = document.createElement("p");
  shown.textContent = problem(error.text).detail;
  return shown;
}

const watched = new WeakSet();
function watch(tab) {
  const yasqe = tab.getYasqe();
  if (!yasqe || watched.has(yasqe)) return;
  watched.add(yasqe);
  yasqe.on("queryResponse", (_, response) => {
    clear(yasqe);
    if (response instanceof Error && response.name !== "AbortError") mark(yasqe, problem(response.message));
  });
  yasqe.on("change", () => {
    clear(yasqe);
    sessionStorage.setItem(KEPT, yasqe.getValue());
  });
  yasqe.getInputField().setAttribute("aria-label", "Query");
  yasqe.getScrollerElement().tabIndex = 0;
  tab.getYasr().config.prefixes = () => ({ id: known.things, ...known.prefixes, ...yasqe.getPrefixesFromQuery() });
  tab.getYasr().on("drawn", () => name(tab.getYasr().rootEl));
}

// Give names to what YASGUI gives none.
function name(results) {
  results.querySelector(".tableSizer")?.setAttribute("aria-label", "Rows on a page");
  const number = results.querySelector("th.dt-orderable-none .dt-column-title");
  if (number && !number.textContent) {
    const words = document.createElement("span");
    words.className = "unseen";
    words.textContent = "Row";
    number.append(words);
  }
}
yasgui.on("tabSelect", () => watch(yasgui.getTab()));
watch(yasgui.getTab());

function open(value, title) {
  const tab = yasgui.addTab(true, { name: title, yasqe: { value } });
  watch(tab);
  tab.getYasqe().refresh();
}

document.querySelector("#another").addEventListener("click", () => open(given, yasgui.createTabName()));

for (const example of document.querySelectorAll("a[data-query]")) {
  example.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await fetch(example.dataset.query);
    if (!answer.ok) return;
    open((await answer.text()).replace(/^#\+.*\n/gm, ""), example.textContent);
  });
}

