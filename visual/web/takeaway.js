// A picture as PNG: the server's SVG painted on a canvas, with a strip below that names what it is and how to cite it.

const SCALE = 2;
const WIDEST = 4000;
const FONT = '13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

/** Binds the PNG buttons in `root`; `done()` is called once a file was made. */
export function takePng(root, done = () => {}) {
  for (const item of root.querySelectorAll("[data-png]")) item.hidden = false;
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-png] button");
    if (!button) return;
    button.disabled = true;
    try {
      await save(button.dataset);
      done();
    } finally {
      button.disabled = false;
    }
  });
}

async function save({ svg, citation, query }) {
  const response = await fetch(svg);
  if (!response.ok) throw new Error(String(response.status));
  const text = await response.text();
  const [wide, high] = text.match(/viewBox="\S+ \S+ (\S+) (\S+)"/).slice(1).map(Number);
  // An image takes its size from the element, and an SVG without one would be painted small.
  const sized = text.replace("<svg ", `<svg width="${wide}" height="${high}" `);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sized)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const across = Math.max(wide, 480);
  context.font = FONT;
  const lines = [...wrapped(context, citation, across - 32), ...wrapped(context, location.origin + query, across - 32)];
  const low = lines.length * 18 + 20;
  const scale = Math.min(SCALE, WIDEST / Math.max(across, high + low));
  canvas.width = Math.round(across * scale);
  canvas.height = Math.round((high + low) * scale);
  context.scale(scale, scale);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, across, high + low);
  context.drawImage(image, (across - wide) / 2, 0, wide, high);
  context.fillStyle = "#1c2024";
  context.font = FONT;
  lines.forEach((line, index) => context.fillText(line, 16, high + 22 + index * 18));
  const file = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "vndx.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Words in lines no wider than `room`; a word that is wider is cut. */
function wrapped(context, text, room) {
  const made = [""];
  for (let word of text.split(" ")) {
    while (context.measureText(word).width > room) {
      let fits = word.length - 1;
      while (fits > 1 && context.measureText(word.slice(0, fits)).width > room) fits -= 1;
      made.push(word.slice(0, fits));
      word = word.slice(fits);
    }
    const line = made.at(-1) ? `${made.at(-1)} ${word}` : word;
    if (context.measureText(line).width > room) made.push(word);
    else made[made.length - 1] = line;
  }
  return made;
}
