// What the scripts of this folder share: the queries, and a report of their cases as JSON for test_node_clients.py.

export const [service, limited] = process.argv.slice(2);
export const endpoint = `${service}/sparql`;

const ONTOLOGY = "https://w3id.org/vndx/ontology#";
const PREFIXES = `PREFIX vndx: <${ONTOLOGY}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>`;
export const MEETING = "https://w3id.org/vndx/id/meeting/soc-trang-2021-01-04";

export const MEETINGS = `${PREFIXES} SELECT ?m ?date ?venue {
  ?m a vndx:Meeting ; vndx:date ?date OPTIONAL { ?m vndx:noSuchProperty ?venue }
} ORDER BY ?m`;
export const LABELS = `${PREFIXES} CONSTRUCT { <${MEETING}> rdfs:label ?label } { <${MEETING}> rdfs:label ?label }`;
export const IS_MEETING = `${PREFIXES} ASK { <${MEETING}> a vndx:Meeting }`;
export const IS_PERSON = `${PREFIXES} ASK { <${MEETING}> a vndx:Person }`;
export const MANY = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 20000";
export const EVERYTHING = "SELECT * { ?s ?p ?o }";
export const MISTAKE = "SELECT * {";
export const UPDATE = "INSERT DATA { <http://example.org/s> <http://example.org/p> 1 }";
export const PARTIES = `${PREFIXES} SELECT ?party ?label {
  <${MEETING}> vndx:party ?party . ?party rdfs:label ?label FILTER(lang(?label) = "vi")
}`;
// What a document of the meeting says, and what neither the document nor the endpoint can answer alone.
export const DESCRIBED = `${PREFIXES} SELECT ?party { <${MEETING}> vndx:party ?party }`;
export const FROM_BOTH = `${PREFIXES} PREFIX foaf: <http://xmlns.com/foaf/0.1/> SELECT DISTINCT ?party ?label {
  ?document foaf:primaryTopic ?meeting . ?meeting vndx:party ?party . ?party rdfs:label ?label
  FILTER(lang(?label) = "vi")
}`;

// An RDF/JS term as `[kind, value, language or datatype]`; null for an unbound variable.
export function term(given) {
  if (!given) return null;
  return given.termType === "Literal"
    ? [given.termType, given.value, given.language || given.datatype.value]
    : [given.termType, given.value];
}

export const triple = (quad) => [quad.subject, quad.predicate, quad.object].map(term);

// A row, given as an object of RDF/JS terms, as an object of `term`s.
export function row(bindings) {
  return Object.fromEntries(["m", "date", "venue"].map((name) => [name, term(bindings[name])]));
}

// How many rows a stream has, and how many differ; both tell a lost or doubled piece of the body.
export async function census(stream, key) {
  const seen = new Set();
  let rows = 0;
  for await (const bindings of stream) {
    rows += 1;
    seen.add(key(bindings));
  }
  return { rows, different: seen.size };
}

// Read ten rows of a stream and leave.
export async function leave(stream) {
  let rows = 0;
  for await (const _ of stream) {
    rows += 1;
    if (rows === 10) break;
  }
  return rows;
}

// Run the cases one after another; what each gives, or the error that it ends with, goes to standard output.
export async function report(cases) {
  const told = {};
  for (const [name, run] of Object.entries(cases)) {
    try {
      told[name] = await run();
    } catch (error) {
      told[name] = { error: String(error.message), status: error.status ?? null };
    }
  }
  // A stream that was left may hold its connection, and with it the process, until the service closes it.
  process.stdout.write(JSON.stringify(told), () => process.exit(0));
}
