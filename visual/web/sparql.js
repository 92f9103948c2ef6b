// The query editor: YASQE in the place of the form's text area. The form stays: what it asks is answered by the same
// page that readers without scripts get, and only the answer is taken from it.

import { combobox } from "./combobox.js";
import { complete, insert } from "./completing.js";
import { here } from "./releases.js";

const form = document.getElementById("ask");
const field = document.getElementById("query");
const room = document.getElementById("editor");
const outcome = document.getElementById("outcome");
const settings = JSON.parse(document.getElementById("settings").textContent);

let running;

/** Ask, show the answer in place, and put the question into the address. */
async function ask(show = "") {
  running?.abort();
  running = new AbortController();
  const address = new URL(here(form.action), location.href);
  address.searchParams.set("query", field.value);
  if (show) address.searchParams.set("show", show);
  outcome.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: running.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("outcome") ?? page.querySelector("main");
    outcome.replaceChildren(...document.adoptNode(found).childNodes);
    history.replaceState(null, "", address);
    await draw();
    if (show) document.getElementById("graph")?.focus();
  } catch (error) {
    if (error.name === "AbortError") return;
    outcome.textContent = outcome.dataset.failed;
  }
  outcome.removeAttribute("aria-busy");
}

/** Draws the answer as a graph where the page brings one; what draws is fetched only then. */
async function draw() {
  const data = document.getElementById("picture-data");
  if (!data) return;
  const { viewing } = await import("./viewing.js");
  viewing(outcome.querySelector("[data-graph]"), JSON.parse(data.textContent));
}

function edit(Yasqe) {
  complete(Yasqe, settings);
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
  // Its notes are in English only; what they say stands beside the button in the language of the page.
  editor.showNotification = () => {};
  return editor;
}

/** The field that puts the address of a name into the query, where the cursor is. */
function names(editor) {
  const holder = document.querySelector("[data-insert]");
  holder.hidden = false;
  combobox(holder, document.documentElement.lang, (id, label) => {
    insert(editor, id, settings.prefixes);
    document.querySelector("[data-live]").textContent = holder.dataset.inserted.replace("{name}", label);
  });
}

function start() {
  let editor;
  if (globalThis.Yasqe) {
    room.hidden = false;
    editor = edit(globalThis.Yasqe);
    names(editor);
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
  outcome.addEventListener("click", (event) => {
    if (!event.target.closest("a[data-show]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask("graph");
  });
  draw();
}

start();
