// Pages that are read in an older release ask in that release too.

/** `address` in the release that this page is read in. */
export function here(address) {
  const { release } = document.documentElement.dataset;
  if (!release) return address;
  const made = new URL(address, location.href);
  made.searchParams.set("release", release);
  return made.pathname + made.search;
}
