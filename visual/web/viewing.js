// A picture that does not grow, bound to its tables. What stands behind a tie is copied from the table's own row.

import { here } from "./releases.js";
import { element } from "./element.js";
import { Stage, filterByLegend, markRows, selectByRows } from "./stage.js";
import { takePng } from "./takeaway.js";

const MANY_ROWS = 20;
const ROW = 28;
const HIGHEST = 1400;
const language = document.documentElement.lang;

/** The cells of a row as a heading and a list of facts, with their links. */
function told(from) {
  const [heading, ...cells] = from.cells;
  const title = element("h2", {}, ...heading.cloneNode(true).childNodes);
  const facts = element("dl", { class: "facts" });
  for (const cell of cells) {
    const said = element("dd");
    said.append(...cell.cloneNode(true).childNodes);
    facts.append(element("dt", {}, cell.dataset.label ?? ""), said);
  }
  return [title, facts];
}

/** The height of a picture in columns, so that each name has a line of its own; "" for any other. */
function tall(nodes) {
  const columns = new Map();
  for (const { x, side } of nodes) if (side) columns.set(x, (columns.get(x) ?? 0) + 1);
  const rows = Math.max(0, ...columns.values());
  return rows > MANY_ROWS ? `${Math.min(rows * ROW, HIGHEST)}px` : "";
}

/** Draws `data` on the stage in `root`; what is selected is told in the panel and in the live region of the page. */
export function viewing(root, data) {
  const panel = root.querySelector("[data-panel]");
  const live = document.querySelector("[data-live]");
  const empty = [...panel.childNodes];
  const row = (name, id) => root.querySelector(`tr[data-${name}="${CSS.escape(id)}"]`);
  const explorer = (node) => here(`/explore?focus=${encodeURIComponent(node)}`);

  /** The ties of a node, each a button that selects it. */
  function ties(node) {
    const list = element("ul", { class: "several" });
    for (const tie of data.edges.filter((one) => one.source === node || one.target === node)) {
      const other = data.nodes.find((one) => one.id === (tie.source === node ? tie.target : tie.source));
      const name = (language === "vi" ? other.label : other.label_en) || other.label || other.id;
      const pick = element("button", { type: "button", class: "pick" }, element("bdi", {}, name.slice(0, 240)));
      pick.addEventListener("click", () => stage.select({ edge: tie.id }));
      list.append(element("li", {}, pick));
    }
    return list;
  }

  function select({ node, edge }) {
    markRows(root, { node, edge });
    const from = node ? row("node", node) : edge ? row("edge", edge) : null;
    panel.replaceChildren(...(from ? told(from) : empty));
    live.textContent = from ? [...from.cells].map((cell) => cell.textContent.trim()).join(", ") : "";
    if (!node) return;
    panel.append(element("p", {}, element("a", { class: "button", href: explorer(node) }, data.said.explore)));
    panel.append(element("h3", {}, data.said.edges), ties(node));
  }

  const frame = root.querySelector("[data-stage]");
  frame.style.blockSize = tall(data.nodes);
  const stage = new Stage(frame, {
    looks: data.looks,
    language,
    on: { select, open: (node) => { location.href = explorer(node); } },
  });
  stage.show(data.nodes, data.edges);
  stage.fit();
  filterByLegend(root, stage);
  selectByRows(root, stage);
  takePng(root);
  // For tests and for curious readers: where things are on the screen.
  frame.stage = stage;
}
