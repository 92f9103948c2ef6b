// How things and ties are painted, in the live pictures and in the offline file alike.
// A kind has an outline (points about a circle of radius 1) and a colour (a custom property of the page).

const LINE_LENGTH = 22;
const LINES = 3;
const COLUMN_LENGTH = 36;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
// Characters that turn the direction of text: harmless on a page inside <bdi>, but a canvas has no such element.
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The colours of the page, as they are now: `ink`, `paper`, `muted`, `line`, `accent` and one for each kind. */
export function palette(root, looks) {
  const style = getComputedStyle(root);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const kinds = Object.fromEntries(
    Object.keys(looks).map((kind) => [kind, read(`--kind-${kind}`, read("--kind-other", "#5f5f5f"))]),
  );
  return {
    ink: read("--ink", "#1c2024"),
    paper: read("--canvas", "#ffffff"),
    muted: read("--muted", "#555c63"),
    line: read("--edge", "#8d918f"),
    accent: read("--accent", "#8a1f1b"),
    kinds,
  };
}

/** A label in at most three lines of about 22 characters; what does not fit ends in an ellipsis. */
export function lines(label) {
  const words = label.replace(TURNS, "").replace(/\s+/g, " ").trim().slice(0, 200).split(" ");
  const made = [];
  let line = "";
  for (let word of words) {
    while (word.length > LINE_LENGTH) {
      if (line) made.push(line);
      line = "";
      made.push(word.slice(0, LINE_LENGTH));
      word = word.slice(LINE_LENGTH);
    }
    if (line && line.length + word.length + 1 > LINE_LENGTH) {
      made.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  if (line) made.push(line);
  if (made.length <= LINES && label.length <= 200) return made;
  const kept = made.slice(0, LINES);
  kept[kept.length - 1] = `${kept[kept.length - 1].replace(/[ ,.;–-]+$/, "")}…`;
  return kept;
}

/** A label cut to one line. */
export function brief(label, most = LINE_LENGTH) {
  const text = label.replace(TURNS, "").replace(/\s+/g, " ").trim();
  return text.length <= most ? text : `${text.slice(0, most - 2).replace(/[ ,.;–-]+$/, "")}…`;
}

/** The part of the picture of `network` in `surface` that can be seen, in its own measure. */
export function seen(network, surface) {
  if (!network) return { left: -Infinity, right: Infinity, top: -Infinity, low: Infinity };
  const corner = network.DOMtoCanvas({ x: 4, y: 4 });
  const other = network.DOMtoCanvas({ x: surface.clientWidth - 4, y: surface.clientHeight - 4 });
  return { left: corner.x, right: other.x, top: corner.y, low: other.y };
}

/** Traces the outline of a kind about (x, y); an empty outline is a circle. */
export function trace(context, outline, x, y, radius) {
  context.beginPath();
  if (!outline.length) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  } else {
    outline.forEach(([across, down], index) => {
      const point = [x + across * radius, y + down * radius];
      if (index) context.lineTo(...point);
      else context.moveTo(...point);
    });
  }
  context.closePath();
}

/**
 * A painter of nodes for one picture. `scale()` gives the present zoom, so that labels keep a readable size,
 * `bounds()` the part of the picture that can be seen.
 * `begin` goes before each drawing and `labels` after it: labels are set where there is room, the chosen node's
 * and the main ones' first, then those with most ties; where there is none, a label waits for a closer view.
 */
export function painter({ looks, colours, scale, bounds }) {
  let drawn = [];
  let present = colours();

  function renderer(node) {
    return ({ ctx, x, y, state }) => {
      const look = looks[node.kind] ?? looks.other;
      const unit = 1 / Math.min(Math.max(scale(), 0.35), 1.2);
      const radius = node.radius * unit;
      const colour = present.kinds[node.kind] ?? present.muted;
      drawn.push({ node, x, y, radius: radius + (node.main ? 5 * unit : 0), chosen: state.selected, near: state.hover });
      return {
        drawNode() {
          ctx.save();
          if (state.selected || state.hover || node.main) {
            trace(ctx, look.outline, x, y, radius + (state.selected ? 6 : 4.5) * unit);
            ctx.strokeStyle = state.selected ? present.accent : colour;
            ctx.lineWidth = (state.selected ? 3 : 1.5) * unit;
            ctx.stroke();
          }
          trace(ctx, look.outline, x, y, radius);
          ctx.fillStyle = colour;
          ctx.fill();
          ctx.lineWidth = 1.5 * unit;
          ctx.strokeStyle = present.paper;
          ctx.stroke();
          ctx.restore();
        },
        nodeDimensions: { width: radius * 2, height: radius * 2 },
      };
    };
  }

  /** Sets the labels of what was drawn since `begin`. */
  function labels(context) {
    const unit = 1 / Math.min(Math.max(scale(), 0.15), 1.15);
    const edge = bounds();
    const taken = rooms(160 * unit);
    for (const { x, y, radius } of drawn) taken.take(box(x, y, radius * 1.7, radius * 1.7));
    const weight = (one) => (one.chosen ? 1e6 : 0) + (one.near ? 1e5 : 0) + (one.node.main ? 1e4 : 0) + one.node.radius;
    for (const one of [...drawn].sort((first, second) => weight(second) - weight(first))) {
      const strong = one.chosen || one.near || one.node.main;
      const size = (one.node.main ? 15 : 13.5) * unit;
      context.font = `${strong ? 600 : 400} ${size}px ${FONT}`;
      for (const lines of (one.node.lines.length > 1 || one.node.side) && !strong ? [one.node.lines, [one.node.brief]] : [one.node.lines]) {
        const width = Math.max(...lines.map((line) => context.measureText(line).width));
        const places = around(one, width, lines.length * size * 1.2, 3 * unit);
        const room = (wanted) => within(wanted, edge) && taken.free(wanted);
        // What is chosen is named in any case, where it can be read whole.
        const moved = places.slice(0, 2).map((one) => inside(one, edge));
        const place = places.find(room) ?? (strong ? moved.find(taken.free) ?? moved[0] : null);
        if (!place) continue;
        taken.take(place);
        write(context, lines, (place.left + place.right) / 2, place.top, size, unit);
        break;
      }
    }
  }

  function write(context, lines, x, top, size, unit) {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.lineWidth = 4 * unit;
    context.strokeStyle = present.paper;
    context.fillStyle = present.ink;
    lines.forEach((line, index) => {
      context.strokeText(line, x, top + index * size * 1.2);
      context.fillText(line, x, top + index * size * 1.2);
    });
  }

  return {
    renderer,
    labels,
    begin: () => { drawn = []; },
    recolour: () => { present = colours(); },
    get colours() { return present; },
  };
}

/** Boxes that are taken, kept by the cells (of this size) that they touch, so that few are looked at. */
function rooms(size) {
  const cells = new Map();
  const touched = function* ({ left, right, top, low }) {
    for (let column = Math.floor(left / size); column <= right / size; column += 1) {
      for (let row = Math.floor(top / size); row <= low / size; row += 1) yield column * 100_003 + row;
    }
  };
  return {
    take(one) {
      for (const cell of touched(one)) {
        if (cells.has(cell)) cells.get(cell).push(one);
        else cells.set(cell, [one]);
      }
    },
    free(wanted) {
      for (const cell of touched(wanted)) {
        if (cells.get(cell)?.some((other) => meet(wanted, other))) return false;
      }
      return true;
    },
  };
}

function box(x, y, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, low: y + height / 2 };
}

/** The places for a label about a node, the best first. */
function around({ x, y, radius, node }, width, height, gap) {
  const [across, down] = [radius + gap + width / 2, radius + gap + height / 2];
  const aslant = radius * 0.8 + gap;
  const right = box(x + across, y, width, height);
  const left = box(x - across, y, width, height);
  const first = node.side === "left" ? [left] : node.side === "right" ? [right] : [];
  return [
    ...first,
    box(x, y + down, width, height),
    box(x, y - down, width, height),
    right,
    left,
    box(x + aslant + width / 2, y + aslant + height / 2, width, height),
    box(x - aslant - width / 2, y + aslant + height / 2, width, height),
    box(x + aslant + width / 2, y - aslant - height / 2, width, height),
    box(x - aslant - width / 2, y - aslant - height / 2, width, height),
  ];
}

function within(one, edge) {
  return one.left >= edge.left && one.right <= edge.right && one.top >= edge.top && one.low <= edge.low;
}

/** A box moved until it is inside the edge; one that is wider keeps its beginning. */
function inside(one, edge) {
  const across = Math.max(edge.left - one.left, Math.min(0, edge.right - one.right));
  const down = Math.max(edge.top - one.top, Math.min(0, edge.low - one.low));
  return { left: one.left + across, right: one.right + across, top: one.top + down, low: one.low + down };
}

function meet(one, other) {
  return one.right >= other.left && one.left <= other.right && one.low >= other.top && one.top <= other.low;
}

/** A node as vis-network wants it. `main` ones are larger and bold; the more ties, the larger. */
export function drawnNode(node, language, paint) {
  const [first, second] = language === "vi" ? [node.label, node.label_en] : [node.label_en, node.label];
  const label = first || second || node.id;
  const ties = node.ties ?? node.degree ?? 1;
  const own = { kind: node.kind, side: node.side ?? "", main: Boolean(node.main), radius: 8 + Math.min(9, 2 * Math.sqrt(ties)), lines: node.side ? [brief(label, COLUMN_LENGTH)] : lines(label), brief: brief(label) };
  return { id: node.id, x: node.x, y: node.y, shape: "custom", ctxRenderer: paint.renderer(own), own, name: label };
}

/** Ties as vis-network wants them; those between the same two things are bent apart. */
export function drawnEdges(edges, colours) {
  const seen = new Map();
  return edges.map((edge) => {
    const pair = [edge.source, edge.target].sort().join(" ");
    const turn = seen.get(pair) ?? 0;
    seen.set(pair, turn + 1);
    const flip = edge.source < edge.target ? 1 : -1;
    const bend = turn === 0 ? 0 : flip * Math.ceil(turn / 2) * (turn % 2 ? 0.14 : -0.14);
    return {
      id: edge.id,
      from: edge.source,
      to: edge.target,
      arrows: edge.line ? "" : { to: { enabled: true, scaleFactor: 0.55 } },
      dashes: edge.dashes?.length ? edge.dashes : false,
      width: Math.min(5, 1 + 0.45 * ((edge.weight ?? edge.events) || 1)),
      smooth: bend ? { enabled: true, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) } : false,
      color: { color: colours.line, highlight: colours.accent, hover: colours.ink, inherit: false },
    };
  });
}

/** What every picture is drawn with: places come from the server, so nothing moves by itself. */
export const OPTIONS = {
  physics: false,
  layout: { improvedLayout: false },
  interaction: { hover: true, dragNodes: true, multiselect: false, tooltipDelay: 150, selectConnectedEdges: false, zoomSpeed: 0.7 },
  edges: { selectionWidth: 1.5, hoverWidth: 0.5, arrowStrikethrough: false },
};
