// The query editor: YASGUI from our own files, asking our own endpoint, knowing our own prefixes.
// The plain form under it stays what a reader without scripts uses.

const room = document.getElementById("editor");
const form = document.getElementById("plain");
const settings = JSON.parse(document.getElementById("settings").textContent);
const endpoint = new URL(settings.endpoint, location.href).href;
const field = document.getElementById("query");

/** Completion of prefixes from our own table; YASQE would ask a host abroad. */
function prefixCompleter(Yasqe) {
  const known = Object.entries(settings.prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
  const original = Yasqe.Autocompleters.prefixes;
  return original ? { ...original, persistenceId: null, get: () => known } : null;
}

/** Completion of classes and properties from our own vocabulary. */
function termCompleter(original, terms) {
  return { ...original, persistenceId: null, bulk: true, get: () => terms };
}

async function vocabulary(kind) {
  const query = `SELECT DISTINCT ?term WHERE { ?term a <http://www.w3.org/2002/07/owl#${kind}> } ORDER BY ?term`;
  const address = new URL(endpoint);
  address.searchParams.set("query", query);
  const answer = await fetch(address, { headers: { Accept: "application/sparql-results+json" } });
  if (!answer.ok) return [];
  const found = await answer.json();
  return found.results.bindings.map((row) => row.term.value);
}

function start(Yasgui) {
  const { Yasqe, Yasr } = Yasgui;
  Yasqe.defaults.prefixCcApi = null;
  Yasqe.defaults.createShortLink = undefined;
  Yasqe.defaults.createShareableLink = (editor) =>
    `${location.origin}${location.pathname}?query=${encodeURIComponent(editor.getValue())}`;
  const completers = Yasqe.Autocompleters ?? {};
  const prefixes = prefixCompleter(Yasqe);
  if (prefixes) completers.prefixes = prefixes;
  if (completers.class) completers.class = termCompleter(completers.class, vocabulary("Class"));
  if (completers.property) {
    const properties = Promise.all([vocabulary("ObjectProperty"), vocabulary("DatatypeProperty")]);
    completers.property = termCompleter(completers.property, properties.then((lists) => lists.flat()));
  }
  Yasr.defaults.prefixes = settings.prefixes;
  const yasgui = new Yasgui(room, {
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
    persistenceId: "vndx",
    persistencyExpire: 60 * 60 * 24 * 30,
    populateFromUrl: false,
    autofocus: false,
    corsProxy: undefined,
    yasqe: { value: field.value, createShortLink: undefined, prefixCcApi: null, resizeable: true },
  });
  const tab = yasgui.getTab() ?? yasgui.addTab(true);
  tab.setEndpoint(endpoint);
  if (field.value.trim()) tab.setQuery(field.value);
  for (const link of document.querySelectorAll("[data-question]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const example = settings.examples[Number(link.dataset.question)];
      const current = yasgui.getTab();
      current.setQuery(example.query);
      current.query();
      room.scrollIntoView({ block: "start" });
    });
  }
  // What the server answered as the page was opened gives way to what the editor asks.
  yasgui.on("query", () => document.getElementById("server-answer")?.remove());
}

if (room && form && globalThis.Yasgui) {
  room.hidden = false;
  try {
    start(globalThis.Yasgui);
    form.hidden = true;
    document.getElementById("keys").hidden = false;
  } catch (error) {
    room.hidden = true;
    form.hidden = false;
    throw error;
  }
}
