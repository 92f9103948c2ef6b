import { QueryEngine } from "@comunica/query-sparql";
import * as shared from "./report.mjs";

const { endpoint, limited, service } = shared;
const engine = new QueryEngine();
const bindings = (row, names) => Object.fromEntries(names.map((name) => [name, shared.term(row.get(name))]));
const key = (row) => JSON.stringify(bindings(row, ["s", "p", "o"]));

// A context with these sources that writes each request down: method, path, whether a query goes with it, type.
function context(...sources) {
  const requests = [];
  const listening = async (input, init) => {
    const answer = await fetch(input, init);
    const url = new URL(input.url ?? input);
    requests.push({
      method: init?.method ?? "GET",
      path: url.pathname,
      asks: url.searchParams.has("query") || Boolean(init?.body),
      status: answer.status,
      type: answer.headers.get("content-type").split(";")[0],
    });
    return answer;
  };
  return { requests, sources, fetch: listening };
}

async function select(asked, query, names) {
  // What an engine has learnt of a source it keeps, and the source its first listener.
  await engine.invalidateHttpCache();
  const rows = await (await engine.queryBindings(query, asked)).toArray();
  return { rows: rows.map((row) => bindings(row, names)), requests: [...asked.requests] };
}

const meetings = (source) => select(context(source), shared.MEETINGS, ["m", "date", "venue"]);
const parties = (source) => select(context(source), shared.PARTIES, ["party", "label"]);

// Comunica takes an address that ends in /sparql for an endpoint whatever is there. Its actor is found and told not
// to guess, so that the description alone can tell.
function stopGuessing() {
  const seen = new Set();
  const waiting = [engine];
  while (waiting.length > 0) {
    const thing = waiting.pop();
    if (thing === null || typeof thing !== "object" || seen.has(thing)) continue;
    seen.add(thing);
    if ("checkUrlSuffix" in thing && thing.name.includes("query-source-identify")) thing.checkUrlSuffix = false;
    waiting.push(...Object.values(thing));
  }
}

const thing = `${service}/id/meeting/soc-trang-2021-01-04`;
const document = `${service}/doc/meeting/soc-trang-2021-01-04.ttl`;
const described = (source) => select(context(source), shared.DESCRIBED, ["party"]);

await shared.report({
  forced: () => meetings({ type: "sparql", value: endpoint }),
  found: () => meetings(endpoint),
  long: () => select(context(endpoint), `${shared.MEETINGS} #${" long".repeat(500)}`, ["m", "date", "venue"]),
  yes: () => engine.queryBoolean(shared.IS_MEETING, { sources: [endpoint] }),
  no: () => engine.queryBoolean(shared.IS_PERSON, { sources: [endpoint] }),
  construct: async () => {
    const quads = await (await engine.queryQuads(shared.LABELS, { sources: [endpoint] })).toArray();
    return quads.map(shared.triple);
  },
  stream: async () => shared.census(await engine.queryBindings(shared.MANY, { sources: [endpoint] }), key),
  left: async () => shared.leave(await engine.queryBindings(shared.MANY, { sources: [endpoint] })),
  mistake: () => engine.queryBindings(shared.MISTAKE, { sources: [endpoint] }),
  limit: () => select(context(`${limited}/sparql`), shared.EVERYTHING, ["s"]),
  update: () => engine.queryVoid(shared.UPDATE, { sources: [endpoint], destination: endpoint }),
  join: () => parties(endpoint),
  document: () => described(document),
  identifier: () => described(thing),
  both: () => select(context(endpoint, document), shared.FROM_BOTH, ["party", "label"]),
  described: () => {
    stopGuessing();
    return meetings(endpoint);
  },
  undescribed: () => {
    const asked = context(endpoint);
    const silent = (input, init) => (init?.body || `${input.url ?? input}`.includes("query=")
      ? asked.fetch(input, init)
      : new Response("", { headers: { "Content-Type": "text/turtle" } }));
    return select({ ...asked, fetch: silent }, shared.MEETINGS, ["m", "date", "venue"]);
  },
});
