// The stage of a picture: vis-network with places from the server, our own painting, keys, and a selection that
// others can follow. What is selected is one node or one tie.

import { DataSet, Network } from "./vendor/vis-network/vis-network.min.mjs";
import { OPTIONS, drawnEdges, drawnNode, painter, palette, seen } from "./drawing.js";

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * A picture in `frame` (the element with data-stage). `on` gets `select({node, edge})` and `key(name, node)`,
 * `open(node)` for a double click.
 */
export class Stage {
  #frame; #surface; #network = null; #paint; #on; #language;
  #nodes = new DataSet(); #edges = new DataSet();
  #hidden = new Set(); #selected = { node: null, edge: null };

  constructor(frame, { looks, language, on }) {
    this.#frame = frame;
    this.#surface = frame.querySelector("[data-surface]");
    this.#on = on;
    this.#language = language;
    frame.hidden = false;
    const root = document.documentElement;
    this.#paint = painter({
      looks,
      colours: () => palette(root, looks),
      scale: () => this.#network?.getScale() ?? 1,
      bounds: () => seen(this.#network, this.#surface),
    });
    this.#network = new Network(this.#surface, { nodes: this.#nodes, edges: this.#edges }, OPTIONS);
    // The library's own frame has no name and no keys of ours: the surface around it is the stop for Tab.
    this.#surface.querySelector(".vis-network").tabIndex = -1;
    this.#network.on("beforeDrawing", this.#paint.begin);
    this.#network.on("afterDrawing", this.#paint.labels);
    this.#network.on("click", ({ nodes, edges }) => this.select(nodes.length ? { node: nodes[0] } : { edge: edges[0] ?? null }));
    this.#network.on("doubleClick", ({ nodes }) => { if (nodes.length) this.#on.open?.(nodes[0]); });
    this.#surface.addEventListener("keydown", (event) => this.#key(event));
    for (const button of frame.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.#tool(button.dataset.do));
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    new MutationObserver(() => this.recolour()).observe(root, { attributeFilter: ["data-theme"] });
  }

  /** Shows these nodes and ties. Nodes that are there already stay exactly where they are. */
  show(nodes, edges) {
    const places = this.#network.getPositions();
    const drawn = nodes.map((node) => {
      const made = drawnNode(node, this.#language, this.#paint);
      return { ...made, ...(places[node.id] ?? {}), kind: node.kind, hidden: this.#hidden.has(node.kind) };
    });
    const kept = new Set(nodes.map((node) => node.id));
    const ties = new Set(edges.map((edge) => edge.id));
    this.#edges.remove(this.#edges.getIds().filter((id) => !ties.has(id)));
    this.#nodes.remove(this.#nodes.getIds().filter((id) => !kept.has(id)));
    this.#nodes.update(drawn);
    this.#edges.update(drawnEdges(edges, this.#paint.colours));
  }

  /** The present place of each node, by id. */
  get places() { return this.#network.getPositions(); }

  /** The point on the screen, from the corner of the surface, of a node. */
  point(id) { return this.#network.canvasToDOM(this.#network.getPosition(id)); }

  /** The point on the screen of the middle of a tie's straight line. */
  middle(edge) {
    const { from, to } = this.#edges.get(edge);
    const [one, other] = [this.point(from), this.point(to)];
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  }

  /** How large the picture is drawn: 1 is its own measure. */
  get scale() { return this.#network.getScale(); }

  get selected() { return this.#selected; }

  /** Selects a node, a tie, or nothing; `quiet` where nobody need be told. */
  select({ node = null, edge = null } = {}, quiet = false) {
    this.#selected = { node, edge };
    if (node && this.#nodes.get(node)) this.#network.selectNodes([node], false);
    else if (edge && this.#edges.get(edge)) this.#network.setSelection({ nodes: [], edges: [edge] }, { highlightEdges: false });
    else this.#network.unselectAll();
    if (!quiet) this.#on.select?.(this.#selected);
  }

  /** Hides all nodes of these kinds, and their ties. */
  hide(kinds) {
    this.#hidden = new Set(kinds);
    this.#nodes.update(this.#nodes.get().map(({ id, kind }) => ({ id, hidden: this.#hidden.has(kind) })));
  }

  /** Shows the whole picture, not larger than life. */
  fit() {
    this.#network.fit({ animation: false, maxZoomLevel: 1.4 });
    this.#network.moveTo({ scale: this.#network.getScale() * 0.9, animation: false });
  }

  /** Moves the view, where needed, so that a node can be seen. */
  reveal(id) {
    const { x, y } = this.point(id);
    const { clientWidth, clientHeight } = this.#surface;
    const inside = x > 20 && y > 20 && x < clientWidth - 20 && y < clientHeight - 40;
    if (!inside) this.#network.moveTo({ position: this.#network.getPosition(id), animation: false });
  }

  recolour() {
    this.#paint.recolour();
    const { line, accent, ink } = this.#paint.colours;
    const color = { color: line, highlight: accent, hover: ink, inherit: false };
    this.#edges.update(this.#edges.getIds().map((id) => ({ id, color })));
    this.#network.redraw();
  }

  #tool(name) {
    if (name === "fit") this.fit();
    else this.#network.moveTo({ scale: this.#network.getScale() * (name === "in" ? 1.3 : 1 / 1.3), animation: false });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    if (direction) {
      const next = this.#nearest(direction);
      if (next) {
        this.select({ node: next });
        this.reveal(next);
      }
    } else if (event.key === "+" || event.key === "-") {
      this.#tool(event.key === "+" ? "in" : "out");
    } else if (event.key === "0") {
      this.fit();
    } else if (event.key === "Escape") {
      this.select({});
    } else if (!this.#on.key?.(event.key, this.#selected.node)) {
      return;
    }
    event.preventDefault();
  }

  /** The node nearest to the selected one in a direction; the first one where none is selected. */
  #nearest([across, down]) {
    const places = this.#network.getPositions();
    const shown = this.#nodes.get().filter((node) => !node.hidden);
    const from = places[this.#selected.node];
    if (!from) return (shown.find((node) => node.own.main) ?? shown[0])?.id;
    let best = null;
    let least = Infinity;
    for (const { id } of shown) {
      const [x, y] = [places[id].x - from.x, places[id].y - from.y];
      const ahead = x * across + y * down;
      const aside = Math.abs(x * down) + Math.abs(y * across);
      const cost = ahead + 2 * aside;
      if (id !== this.#selected.node && ahead > 0 && ahead >= aside * 0.6 && cost < least) [best, least] = [id, cost];
    }
    return best;
  }
}

/** Binds the check boxes of the legend, which hide kinds, to the stage; `told(kinds)` hears what is hidden. */
export function filterByLegend(root, stage, told = () => {}) {
  root.addEventListener("change", (event) => {
    const legend = event.target.closest("[data-legend]");
    if (!legend) return;
    const off = [...legend.querySelectorAll("input:checked")].map((box) => box.value);
    hideKinds(root, stage, off);
    told(off);
  });
}

/** Hides all that is of these kinds, in the picture and in its tables. */
export function hideKinds(root, stage, off) {
  stage.hide(off);
  for (const row of root.querySelectorAll("tr[data-node]")) row.hidden = off.includes(row.dataset.kind);
  for (const row of root.querySelectorAll("tr[data-edge]")) {
    row.hidden = row.dataset.kinds.split(" ").some((kind) => off.includes(kind));
  }
}

/** Marks the row of what is selected, and clears the others. */
export function markRows(root, { node, edge }) {
  for (const row of root.querySelectorAll("tr[data-node], tr[data-edge]")) {
    const chosen = (node && row.dataset.node === node) || (edge && row.dataset.edge === edge);
    if (chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

/**
 * Lets the rows of a table select: by a click outside links, by arrow keys. Up and down go from row to row; right goes
 * on from a node to one that it is tied to, at each time another, and left goes back.
 */
export function selectByRows(root, stage) {
  const rowOf = (event) => event.target.closest?.("tr[data-node], tr[data-edge]");
  const choose = (row) => stage.select(row.dataset.node ? { node: row.dataset.node } : { edge: row.dataset.edge });
  root.addEventListener("click", (event) => {
    const row = rowOf(event);
    if (row && !event.target.closest("a, button, input")) choose(row);
  });
  root.addEventListener("focusin", (event) => {
    const row = rowOf(event);
    if (row && event.target === row) choose(row);
  });
  const trail = [];
  const turns = new Map();
  root.addEventListener("keydown", (event) => {
    const row = rowOf(event);
    if (!row || !(event.key in DIRECTIONS) || event.target.closest("input, select, textarea")) return;
    const next = event.key === "ArrowRight" ? onward(root, row, trail, turns)
      : event.key === "ArrowLeft" ? rowOfNode(root, trail.pop())
      : beside(row, DIRECTIONS[event.key][1]);
    if (!next) return;
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  });
}

const rowOfNode = (root, id) => id && root.querySelector(`tr[data-node="${CSS.escape(id)}"]:not([hidden])`);

/** The next row that is shown, downwards or upwards. */
function beside(row, step) {
  const rows = [...row.parentElement.rows].filter((one) => !one.hidden);
  return rows[rows.indexOf(row) + step];
}

/** The row of the next neighbour of a node, or of the far end of a tie; the way there is kept. */
function onward(root, row, trail, turns) {
  // The name of a tie is its relation and its two ends.
  const ends = (tie) => tie.dataset.edge.split(" ").slice(1);
  if (!row.dataset.node) return rowOfNode(root, ends(row)[1]);
  const here = row.dataset.node;
  const ties = [...root.querySelectorAll("tr[data-edge]:not([hidden])")].map(ends).filter((pair) => pair.includes(here));
  const others = [...new Set(ties.flat())].filter((id) => id !== here && rowOfNode(root, id));
  if (!others.length) return null;
  const turn = turns.get(here) ?? 0;
  turns.set(here, turn + 1);
  trail.push(here);
  return rowOfNode(root, others[turn % others.length]);
}
