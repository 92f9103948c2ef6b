// Pages that are read in an older release, or as of a day, ask in that release and as of that day too.

/** `address` in the release, and as of the day, that this page is read in. */
export function here(address) {
  const { release } = document.documentElement.dataset;
  const asOf = new URLSearchParams(location.search).get("asOf");
  if (!release && !asOf) return address;
  const made = new URL(address, location.href);
  if (release) made.searchParams.set("release", release);
  if (asOf) made.searchParams.set("asOf", asOf);
  return made.pathname + made.search;
}
