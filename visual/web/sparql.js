// The query editor: YASQE, out of YASGUI's package, in the place of the form's text area. The form stays: what it
// asks is answered by the same page that readers without scripts get, and only the answer is taken from it.

const form = document.getElementById("ask");
const field = document.getElementById("query");
const room = document.getElementById("editor");
const outcome = document.getElementById("outcome");
const settings = JSON.parse(document.getElementById("settings").textContent);

let running;

/** Ask, show the answer in place, and put the question into the address. */
async function ask() {
  running?.abort();
  running = new AbortController();
  const address = new URL(form.action);
  address.searchParams.set("query", field.value);
  if (form.elements.release) address.searchParams.set("release", form.elements.release.value);
  outcome.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: running.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("outcome") ?? page.querySelector("main");
    outcome.replaceChildren(...document.adoptNode(found).childNodes);
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name === "AbortError") return;
    outcome.textContent = outcome.dataset.failed;
  }
  outcome.removeAttribute("aria-busy");
}

/** The IRIs of the vocabulary's terms of some kinds, from our own endpoint; none where it does not answer. */
async function terms(...kinds) {
  const values = kinds.map((kind) => `<http://www.w3.org/2002/07/owl#${kind}>`).join(" ");
  const address = new URL(settings.endpoint, location.href);
  address.searchParams.set("query", `SELECT ?term { VALUES ?kind { ${values} } ?term a ?kind } ORDER BY ?term`);
  try {
    const answer = await fetch(address, { headers: { Accept: "application/sparql-results+json" } });
    return (await answer.json()).results.bindings.map((row) => row.term.value);
  } catch {
    return [];
  }
}

/** Completions from our own tables; as they come, they would be asked of hosts abroad. */
function completers(Yasqe) {
  const known = Yasqe.Autocompleters;
  const own = (name, get) => {
    if (known?.[name]) known[name] = { ...known[name], persistenceId: null, bulk: true, get };
  };
  const prefixes = Object.entries(settings.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  own("prefixes", () => prefixes.sort());
  own("class", () => terms("Class"));
  own("property", () => terms("ObjectProperty", "DatatypeProperty"));
}

function edit(Yasqe) {
  completers(Yasqe);
  const editor = new Yasqe(room, {
    value: field.value,
    prefixCcApi: null,
    persistenceId: null,
    consumeShareLink: null,
    createShortLink: undefined,
    createShareableLink: undefined,
    showQueryButton: false,
    pluginButtons: () => [],
    resizeable: false,
    collapsePrefixesOnLoad: false,
    lineWrapping: true,
    requestConfig: { endpoint: new URL(settings.endpoint, location.href).href },
  });
  editor.setValue(field.value);
  editor.query = () => Promise.resolve(form.requestSubmit());
  editor.getInputField().setAttribute("aria-label", room.getAttribute("aria-label"));
  // What scrolls can be reached by keyboard, as axe-core asks.
  editor.getScrollerElement().tabIndex = 0;
  // Tab leaves the editor, as it leaves any field; Ctrl+Enter asks.
  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    Tab: false,
    "Shift-Tab": false,
    "Ctrl-Enter": () => form.requestSubmit(),
    "Cmd-Enter": () => form.requestSubmit(),
  });
  form.addEventListener("submit", () => { field.value = editor.getValue(); }, { capture: true });
  document.getElementById("plain").hidden = true;
  document.getElementById("keys").hidden = false;
  return editor;
}

function start() {
  let editor;
  if (globalThis.Yasgui?.Yasqe) {
    room.hidden = false;
    editor = edit(globalThis.Yasgui.Yasqe);
  }
  form.addEventListener("submit", (event) => {
    if (document.getElementById("format").value || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    ask();
  });
  for (const link of document.querySelectorAll("[data-question]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { query } = settings.examples[Number(link.dataset.question)];
      field.value = query;
      editor?.setValue(query);
      document.getElementById("format").value = "";
      form.requestSubmit();
      form.scrollIntoView({ block: "start" });
    });
  }
}

start();
