import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
import * as shared from "./report.mjs";

const { endpoint, limited } = shared;
const fetcher = new SparqlEndpointFetcher();
const key = (row) => JSON.stringify([row.s, row.p, row.o].map(shared.term));

async function select(options) {
  const rows = [];
  const asking = new SparqlEndpointFetcher(options);
  for await (const row of await asking.fetchBindings(endpoint, shared.MEETINGS)) rows.push(shared.row(row));
  return rows;
}

await shared.report({
  post: () => select({}),
  get: () => select({ method: "GET" }),
  direct: () => select({ directPost: true }),
  yes: () => fetcher.fetchAsk(endpoint, shared.IS_MEETING),
  no: () => fetcher.fetchAsk(endpoint, shared.IS_PERSON),
  construct: async () => {
    const triples = [];
    for await (const quad of await fetcher.fetchTriples(endpoint, shared.LABELS)) triples.push(shared.triple(quad));
    return triples;
  },
  stream: async () => shared.census(await fetcher.fetchBindings(endpoint, shared.MANY), key),
  left: async () => shared.leave(await fetcher.fetchBindings(endpoint, shared.MANY)),
  mistake: () => fetcher.fetchBindings(endpoint, shared.MISTAKE),
  limit: () => fetcher.fetchBindings(`${limited}/sparql`, shared.EVERYTHING),
  update: () => fetcher.fetchUpdate(endpoint, shared.UPDATE),
});
