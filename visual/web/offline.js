// The picture of an offline file. It stands in one script after drawing.js and uses its functions; `vis` comes
// with vis-network's own script, `nodes` and `edges` as pyvis holds them from the page's data.

const data = JSON.parse(document.getElementById("data").textContent);
const frame = document.getElementById("picture");
const details = document.getElementById("details");
const labels = new Map(data.nodes.map((node) => [node.id, node.label]));
let network = null;
const paint = painter({
  looks: data.looks,
  colours: () => palette(document.documentElement, data.looks),
  scale: () => network?.getScale() ?? 1,
  bounds: () => seen(network, frame),
});
const nodes = data.nodes.map((node) => drawnNode({ ...node, label_en: node.label }, "vi", paint));
const edges = drawnEdges(
  data.edges.map((edge) => ({ ...edge, source: edge.from, target: edge.to })),
  paint.colours,
);

/** Shows the rows of what is selected, and says what it is. All text is set as text. */
function select(ids, edgeIds) {
  for (const row of document.querySelectorAll("tr[data-id]")) {
    row.toggleAttribute("aria-current", ids.includes(row.dataset.id) || edgeIds.includes(row.dataset.id));
  }
  const edge = data.edges.find((one) => edgeIds.includes(one.id));
  if (ids.length) details.textContent = labels.get(ids[0]) ?? ids[0];
  else if (edge) details.textContent = `${labels.get(edge.from)} — ${edge.label} → ${labels.get(edge.to)}: ${edge.told}`;
  else details.textContent = "";
}

network = new vis.Network(frame, { nodes, edges }, { ...data.options, ...OPTIONS });
network.on("beforeDrawing", paint.begin);
network.on("afterDrawing", paint.labels);
network.on("select", ({ nodes: chosen, edges: ties }) => select(chosen, chosen.length ? [] : ties));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { paint.recolour(); network.redraw(); });
network.fit({ animation: false, maxZoomLevel: 1.4 });
network.moveTo({ scale: network.getScale() * 0.9, animation: false });
