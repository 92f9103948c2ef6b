// Completion in the query editor, from our own data only: terms of the vocabulary by name or label in either
// language, things by their names, prefixes. As YASQE comes, its completers would ask hosts abroad.

import { here } from "./releases.js";

const KINDS = ["Class", "ObjectProperty", "DatatypeProperty"];
const MOST = 40;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "d").toLowerCase();

/** Every term of the vocabulary with its kind and labels; none where the endpoint does not answer. */
async function vocabulary(endpoint) {
  const values = KINDS.map((kind) => `<http://www.w3.org/2002/07/owl#${kind}>`).join(" ");
  const label = "<http://www.w3.org/2000/01/rdf-schema#label>";
  const query = `SELECT ?term ?kind ?label { VALUES ?kind { ${values} } ?term a ?kind OPTIONAL { ?term ${label} ?label } }`;
  const address = new URL(here(endpoint), location.href);
  address.searchParams.set("query", query);
  const found = new Map();
  try {
    const answer = await fetch(address, { headers: { Accept: "application/sparql-results+json" } });
    for (const { term, kind, label: said } of (await answer.json()).results.bindings) {
      const held = found.get(term.value) ?? { iri: term.value, property: !kind.value.endsWith("#Class"), labels: [] };
      if (said) held.labels.push(said.value);
      found.set(term.value, held);
    }
  } catch {
    return [];
  }
  return [...found.values()].sort((one, other) => one.iri.localeCompare(other.iri));
}

/** What was typed after the last `:`, `#`, `/` or `<`. */
const typed = (token) => fold(token.string.split(/[:#/<]/).pop().replace(/>$/, "").trim());

/** Terms whose local name or one of whose labels holds what was typed; those that begin with it come first. */
function matching(terms, token) {
  const wanted = typed(token);
  const found = [];
  for (const term of terms) {
    if (token.tokenPrefixUri && !term.iri.startsWith(token.tokenPrefixUri)) continue;
    const names = [term.iri.split(/[#/]/).pop(), ...term.labels].map(fold);
    const rank = names.some((name) => name.startsWith(wanted)) ? 0 : names.some((name) => name.includes(wanted)) ? 1 : 2;
    if (rank < 2) found.push([rank, term.iri]);
  }
  return found.sort(([one], [other]) => one - other).slice(0, MOST).map(([, iri]) => iri);
}

/** Things of the kind that the prefix names, by what their names are like. */
async function things(token) {
  const kind = token.string.split(":")[0];
  const text = token.string.slice(kind.length + 1).replaceAll("-", " ").trim();
  if (!text) return [];
  const address = here(`/search?q=${encodeURIComponent(text)}&kind=${kind}&limit=20`);
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return (await answer.json()).results.map(({ id, label, label_en: english }) => ({ iri: id, labels: [label, english].filter(Boolean) }));
  } catch {
    return [];
  }
}

/** `prefix:name` of an IRI, or the IRI in angle brackets. */
function written(iri, prefixes) {
  const found = Object.entries(prefixes).find(([, space]) => iri.startsWith(space) && /^[\w-]+$/.test(iri.slice(space.length)));
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : `<${iri}>`;
}

/** Hands YASQE our completers; to be called before an editor is made. */
export function complete(Yasqe, { endpoint, prefixes, kinds }) {
  let known = null;
  const labels = new Map();
  const hint = (yasqe, token, iri) => {
    const text = written(iri, prefixes);
    return token.tokenPrefixUri && iri.startsWith(token.tokenPrefixUri) ? token.tokenPrefix + iri.slice(token.tokenPrefixUri.length) : text;
  };
  const shared = {
    persistenceId: null,
    bulk: false,
    postProcessSuggestion: (yasqe, token, iri) => {
      const text = hint(yasqe, token, iri);
      if (labels.has(iri)) labels.set(text, labels.get(iri));
      return text;
    },
    postprocessHints: (yasqe, hints) => hints.map((one) => ({ ...one, displayText: [one.text, labels.get(one.text)].filter(Boolean).join(" — ") })),
  };
  const remember = (listed) => listed.forEach(({ iri, labels: said }) => labels.set(iri, [...new Set(said)].join(" · ")));
  const terms = (property) => async (yasqe, token) => {
    known ??= vocabulary(endpoint);
    const listed = (await known).filter((term) => term.property === property);
    remember(listed);
    return token ? matching(listed, token) : [];
  };
  const { prefixes: ours, class: classes, property: properties } = Yasqe.Autocompleters;
  const declared = Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
  Yasqe.registerAutocompleter({ ...ours, persistenceId: null, bulk: true, get: () => declared });
  Yasqe.registerAutocompleter({ ...classes, ...shared, get: terms(false) });
  Yasqe.registerAutocompleter({ ...properties, ...shared, get: terms(true) });
  Yasqe.registerAutocompleter({
    ...shared,
    name: "thing",
    isValidCompletionPosition: (yasqe) => kinds.some((kind) => yasqe.getCompleteToken().string.startsWith(`${kind}:`)),
    get: async (yasqe, token) => {
      const found = token ? await things(token) : [];
      remember(found);
      return found.map(({ iri }) => iri);
    },
  });
}

/** Puts a thing into the query at the cursor, with its prefix at the head. */
export function insert(editor, iri, prefixes) {
  const text = written(iri, prefixes);
  const prefix = text.startsWith("<") ? null : text.split(":")[0];
  editor.replaceSelection(`${text} `);
  if (prefix && !(prefix in editor.getPrefixesFromQuery())) editor.addPrefixes({ [prefix]: prefixes[prefix] });
  editor.focus();
}
