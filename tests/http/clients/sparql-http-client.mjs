import StreamClient, { ParsingClient } from "sparql-http-client";
import * as shared from "./report.mjs";

const { endpoint, limited, service } = shared;
const addresses = { endpointUrl: endpoint, updateUrl: endpoint, storeUrl: `${service}/rdf-graph-store` };
const client = new StreamClient(addresses);
const parsing = new ParsingClient(addresses);
const key = (row) => JSON.stringify([row.s, row.p, row.o].map(shared.term));
const first = (stream) => shared.leave(stream);

async function select(operation) {
  return (await parsing.query.select(shared.MEETINGS, { operation })).map(shared.row);
}

await shared.report({
  get: () => select("get"),
  post: () => select("postUrlencoded"),
  direct: () => select("postDirect"),
  yes: () => client.query.ask(shared.IS_MEETING),
  no: () => client.query.ask(shared.IS_PERSON),
  construct: async () => [...(await parsing.query.construct(shared.LABELS))].map(shared.triple),
  stream: () => shared.census(client.query.select(shared.MANY), key),
  left: () => shared.leave(client.query.select(shared.MANY)),
  mistake: () => first(client.query.select(shared.MISTAKE)),
  limit: () => first(new StreamClient({ endpointUrl: `${limited}/sparql` }).query.select(shared.EVERYTHING)),
  update: () => client.query.update(shared.UPDATE),
  graph: async () => {
    const graph = client.factory.namedNode("https://w3id.org/vndx/graph/registry");
    const names = new Set();
    const counted = await shared.census(client.store.get(graph), (quad) => {
      names.add(quad.graph.value);
      return JSON.stringify(shared.triple(quad));
    });
    return { ...counted, names: [...names] };
  },
  graphless: () => first(client.store.get(client.factory.namedNode("http://example.org/none"))),
});
