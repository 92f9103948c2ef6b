// Small comforts; every page works without them.

/** Take `theme` and `lang` out of the address once they are kept by cookie, so that copied links are clean. */
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

cleanAddress();
document.addEventListener("keydown", searchBySlash);
