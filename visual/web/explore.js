// The explorer. The server draws every state of it, tables included; this script fetches the next state, lays the
// new picture over the present one without moving anything, and keeps selection, address and history.

import { element } from "./element.js";
import { Stage, filterByLegend, hideKinds, markRows, selectByRows } from "./stage.js";
import { combobox } from "./combobox.js";
import { connecting, ends, setEnd, sifting, slides } from "./sifting.js";
import { takePng } from "./takeaway.js";

const language = document.documentElement.lang;
const root = document.querySelector("[data-explorer]");
const live = root.querySelector("[data-live]");
const words = JSON.parse(document.getElementById("picture-words").textContent);
let data = JSON.parse(document.getElementById("picture-data").textContent);
let stage = null;
let step = history.state?.step ?? 0;
let last = history.state ? Math.max(step, Number(sessionStorage.getItem("vndx-steps") ?? 0)) : 0;
let errand = 0;

const name = (thing) => (language === "vi" ? thing.label || thing.label_en : thing.label_en || thing.label) || thing.id;
const part = (key) => root.querySelector(`[data-swap="${key}"]`);
const row = (kind, id) => root.querySelector(`tr[data-${kind}="${CSS.escape(id)}"]`);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

const hidden = () => [...root.querySelectorAll("[data-legend] input:checked")].map((box) => box.value);

/** An address that hides the kinds that are hidden now. */
function hiding(address) {
  const made = new URL(address, location.href);
  made.searchParams.delete("hide");
  const more = hidden().map((kind) => `hide=${kind}`).join("&");
  const query = made.search.slice(1).replaceAll("%2F", "/").replaceAll("%7E", "~");
  return `${made.pathname}?${[query, more].filter(Boolean).join("&")}`;
}

/** Fetches the page of a state; the newest errand wins. */
async function fetched(address) {
  errand += 1;
  const mine = errand;
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (mine !== errand) return null;
  if (!page.getElementById("picture-data")) throw new Error(String(response.status));
  return page;
}

/** Goes to another state. `record` is "push" for a new step of the history, "keep" for one that is there. */
async function go(wanted, record = "push") {
  const focused = document.activeElement?.id;
  live.textContent = words["explore.loading"];
  let page;
  try {
    page = await fetched(record === "push" ? hiding(wanted) : wanted);
  } catch {
    live.textContent = words["explore.failed"];
    return;
  }
  if (!page) return;
  const off = hidden();
  const before = new Set(data.nodes.map((node) => node.id));
  data = JSON.parse(page.getElementById("picture-data").textContent);
  for (const key of ["asof", "notices", "focus", "legend", "panel", "paths", "twin", "sift", "ends"]) {
    part(key).replaceChildren(...document.adoptNode(page.querySelector(`[data-swap="${key}"]`)).childNodes);
  }
  const form = document.adoptNode(page.querySelector("[data-combo]"));
  root.querySelectorAll("[data-combo] input[type=hidden]").forEach((input) => input.remove());
  root.querySelector("[data-combo]").prepend(...form.querySelectorAll("input[type=hidden]"));
  document.title = page.title;
  if (record === "push") {
    step += 1;
    last = step;
    sessionStorage.setItem("vndx-steps", String(last));
    // The legend may have been used while the page was on its way.
    for (const box of root.querySelectorAll("[data-legend] input")) box.checked = off.includes(box.value);
    history.pushState({ step }, "", hiding(wanted));
  }
  if (focused && !root.contains(document.activeElement)) document.getElementById(focused)?.focus();
  show(before);
  const young = data.nodes.filter((node) => !before.has(node.id));
  live.textContent = fill(words["explore.grown"], { name: document.title.split(" · ")[0], n: young.length, all: data.nodes.length });
}

/** Draws the present data, and binds what is new on the page. */
function show(before = new Set()) {
  root.querySelector("[data-when-shown]").hidden = data.nodes.length === 0;
  if (data.nodes.length) {
    const first = stage === null;
    stage ??= made();
    const held = Object.keys(stage.places).length;
    stage.show(data.nodes, data.edges);
    const { node, edge } = stage.selected;
    const there = data.nodes.some((one) => one.id === node) || data.edges.some((one) => one.id === edge);
    stage.select(there ? { node, edge } : {}, true);
    if (there) markRows(root, { node, edge });
    hideKinds(root, stage, hidden());
    if (first || !held || !data.nodes.some((node) => before.has(node.id))) stage.fit();
  } else if (stage) {
    stage.show([], []);
  }
  slides(root);
  ends(root, language);
  for (const item of root.querySelectorAll("[data-png], [data-keys]")) item.hidden = false;
  const explained = part("panel").querySelector("[data-explains]");
  if (explained) mark(explained.dataset.explains);
  else if (stage?.selected.node) describe(stage.selected.node);
  for (const button of root.querySelectorAll("[data-history] button")) {
    button.disabled = button.dataset.do === "undo" ? step === 0 : step >= last;
  }
}

function made() {
  const made = new Stage(root.querySelector("[data-stage]"), {
    looks: data.looks,
    language,
    on: { select: chosen, open: expand, key: pressed },
  });
  root.querySelector("[data-stage]").stage = made;
  return made;
}

/** What is selected in the picture or in a table: a node is described here, a tie is explained by the server. */
function chosen({ node, edge }) {
  markRows(root, { node, edge });
  if (node) describe(node);
  else if (edge) explain(edge);
}

function mark(edge) {
  stage?.select({ edge }, true);
  markRows(root, { edge });
}

async function explain(edge) {
  const address = row("edge", edge)?.querySelector("[data-explain]")?.href;
  if (!address) return;
  live.textContent = words["explore.loading"];
  try {
    const page = await fetched(address);
    if (!page) return;
    part("panel").replaceChildren(...document.adoptNode(page.querySelector('[data-swap="panel"]')).childNodes);
    part("panel").scrollTop = 0;
    history.replaceState(history.state, "", address);
    live.textContent = part("panel").querySelector("h3")?.textContent ?? "";
  } catch {
    live.textContent = words["explore.failed"];
  }
}

/** A node in words: its kind, its page, and its ties here, each with the way to its explanation. */
function describe(id) {
  const node = data.nodes.find((one) => one.id === id);
  if (!node) return;
  const ties = data.edges.filter((one) => one.source === id || one.target === id);
  const actions = element("p", { class: "actions" });
  const link = row("node", id)?.querySelector(".do a");
  if (link) actions.append(element("a", { class: "button primary", href: link.getAttribute("href"), "data-go": "" }, link.textContent));
  actions.append(element("a", { class: "button", href: row("node", id).querySelector("th a").getAttribute("href") }, words.page));
  for (const [field, said] of [["from", words["paths.from-here"]], ["to", words["paths.to-here"]]]) {
    const button = element("button", { type: "button", "data-sets": field }, said);
    button.addEventListener("click", () => end(field, id, name(node)));
    actions.append(button);
  }
  part("panel").replaceChildren(
    element("h2", {}, element("bdi", {}, name(node).slice(0, 240))),
    element("p", { class: "meta" }, node.kind_label),
    actions,
    ...relations(id, ties),
  );
  part("panel").scrollTop = 0;
  live.textContent = fill(words["selected-node"], { name: name(node).slice(0, 240), kind: node.kind_label, n: ties.length });
}

/** Makes a thing an end of the path that is asked for, and asks once both ends are known. */
function end(field, id, label) {
  root.querySelector("#connecting").open = true;
  const fields = ["from", "to"].map((one) => document.getElementById(one));
  setEnd(document.getElementById(field), id, label);
  const open = fields.find((one) => !one.value);
  if (open) open.focus();
  else fields[0].form.requestSubmit();
}

/** The ties of a node, told from its side and put together by relation. */
function relations(id, ties) {
  const told = new Map();
  for (const tie of ties) {
    const [label, inverse] = language === "vi" ? [tie.label, tie.inverse] : [tie.label_en, tie.inverse_en];
    const said = tie.source === id ? label : inverse;
    if (!told.has(said)) told.set(said, element("ul", { class: "several" }));
    const other = data.nodes.find((one) => one.id === (tie.source === id ? tie.target : tie.source));
    const pick = element("button", { type: "button", class: "pick" }, element("bdi", {}, name(other).slice(0, 240)));
    pick.addEventListener("click", () => stage.select({ edge: tie.id }));
    const count = tie.events > 1 ? element("span", { class: "meta" }, ` ×${tie.events}`) : "";
    told.get(said).append(element("li", {}, pick, count));
  }
  return [...told].flatMap(([said, list]) => [element("h3", {}, said), list]);
}

function expand(id) {
  const node = data.nodes.find((one) => one.id === id);
  if (node && !node.expanded) go(row("node", id).querySelector(".do a").href);
}

/** E expands, C collapses, Enter puts the reader into the details. Says whether the key meant something. */
function pressed(key, node) {
  if (!node) return false;
  if (key === "e" || key === "E") expand(node);
  else if (key === "c" || key === "C") {
    const shown = data.nodes.find((one) => one.id === node);
    if (shown?.expanded) go(row("node", node).querySelector(".do a").href);
  } else if (key === "Enter") part("panel").focus();
  else return false;
  return true;
}

root.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go], a[data-explain]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link.dataset.explain) {
    stage.select({ edge: link.dataset.explain });
    part("panel").scrollIntoView({ block: "nearest" });
    part("panel").focus({ preventScroll: true });
  } else {
    go(link.href);
  }
});
root.querySelector("[data-history]").hidden = false;
root.querySelector("[data-history]").addEventListener("click", (event) => {
  if (event.target.dataset.do === "undo") history.back();
  else if (event.target.dataset.do === "redo") history.forward();
});
addEventListener("popstate", (event) => {
  step = event.state?.step ?? 0;
  go(location.href, "keep");
});

combobox(root.querySelector("form[data-combo]"), language, (id) => {
  const kept = [...root.querySelectorAll("[data-combo] input[type=hidden]")].map(({ name, value }) => `${name}=${value}`);
  go(`/explore?${[...kept, `focus=${id.split("/id/").pop()}`].join("&")}`);
});
history.replaceState({ step }, "", location.href);
// What the legend hides goes at once; what then has room among the neighbours comes with the page.
filterByLegend(root, { hide: (kinds) => stage?.hide(kinds) }, () => {
  history.replaceState(history.state, "", hiding(location.href));
  go(location.href, "keep");
});
sifting(root, go);
connecting(root, go);
takePng(root, () => { live.textContent = words["png-made"]; });
selectByRows(root, { select: (what) => stage?.select(what) });
show();
