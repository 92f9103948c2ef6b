// Small comforts; every page works without them.

/** Take `theme` out of the address once it is kept by cookie, so that copied links are clean. */
function cleanAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("theme")) return;
  address.searchParams.delete("theme");
  history.replaceState(null, "", address);
}

/** Slash puts the cursor into the search field, as readers of reference sites expect. */
function searchBySlash(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("main input[type=search], header input[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** A table wider than its room can be scrolled by keyboard, under the name of its caption. */
function reachWideTables() {
  for (const room of document.querySelectorAll(".scroll")) {
    if (room.scrollWidth <= room.clientWidth) {
      for (const name of ["tabindex", "role", "aria-label"]) room.removeAttribute(name);
      continue;
    }
    room.tabIndex = 0;
    room.setAttribute("role", "region");
    room.setAttribute("aria-label", room.querySelector("caption")?.textContent ?? "");
  }
}

/** On paper nothing is folded away. */
function unfoldForPaper() {
  for (const rest of document.querySelectorAll("details.rest")) rest.open = true;
}

/** A button beside a field that copies what is in it, where the browser lets pages copy. */
function copyFields() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    });
  }
}

cleanAddress();
copyFields();
reachWideTables();
addEventListener("resize", reachWideTables);
document.addEventListener("keydown", searchBySlash);
addEventListener("beforeprint", unfoldForPaper);
