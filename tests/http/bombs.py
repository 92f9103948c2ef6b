"""Queries that bring servers down, by theme: small texts that ask for much, large ones that ask for little."""

# A query reads best on one line.
# ruff: noqa: E501

from typing import Final

E: Final = "http://example.org/"
P: Final = f"PREFIX e: <{E}> "
ALL: Final = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def nest(before: str, inner: str, after: str, depth: int) -> str:
    """`inner` with `depth` times `before` and `after` around it."""
    return before * depth + inner + after * depth


BOMBS: Final[dict[str, dict[str, str]]] = {
    "cartesian": {
        "cross-count": f"SELECT (COUNT(*) AS ?n) {ALL}",
        "cross-count-distinct": f"SELECT (COUNT(DISTINCT ?a) AS ?n) {ALL}",
        "cross-order": f"SELECT * {ALL} ORDER BY ?i ?a LIMIT 1",
        "cross-distinct": f"SELECT DISTINCT * {ALL}",
        "cross-distinct-one": f"SELECT DISTINCT ?b {ALL}",
        "cross-reduced": f"SELECT REDUCED ?b {ALL}",
        "cross-group": f"SELECT ?a ?d (COUNT(*) AS ?n) {ALL} GROUP BY ?a ?d",
        "cross-group-concat": f"SELECT (GROUP_CONCAT(?c) AS ?n) {ALL}",
        "cross-group-concat2": "SELECT (GROUP_CONCAT(CONCAT(?c,STR(?d))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
        "cross-sample": f"SELECT (SAMPLE(?c) AS ?n) (MAX(?f) AS ?m) {ALL}",
        "cross-construct": f"CONSTRUCT {{ ?a ?e ?i }} {ALL}",
        "cross-construct-bnode": f"CONSTRUCT {{ _:x ?e ?i }} {ALL}",
        "cross-describe": f"DESCRIBE ?a ?d {ALL}",
        "cross-ask": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c),STR(?f),STR(?i)) = 'x') }",
        "cross-limit-offset": f"SELECT * {ALL} OFFSET 999999999999 LIMIT 1",
        "cross-filter": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?c),STR(?f))) > 99) }",
        "cross-minus": "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?d ?z ?w . ?q ?r ?s } }",
        "cross-not-exists": "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?c = 'no') } }",
        "cross-optional": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }",
        "cross-union": "SELECT (COUNT(*) AS ?n) { {?a ?b ?c} UNION {?d ?e ?f} {?g ?h ?i} UNION {?j ?k ?l} {?m ?n0 ?o}UNION{?p ?q ?r} }",
        "cross-values": "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(300)))} }}" for i in range(5))
        + " }",
        "cross-order-concat": "SELECT (CONCAT(?c,?f) AS ?x) { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(CONCAT(?c,?f))",
    },
    "values": {
        "values-rows": "SELECT * { VALUES ?x { " + "1 " * 190_000 + "} }",
        "values-wide": "SELECT * { VALUES ("
        + " ".join(f"?v{i}" for i in range(3000))
        + ") { ("
        + "1 " * 3000
        + ") } }",
        "values-many": "SELECT * { " + "VALUES ?x { 1 2 } " * 4000 + "}",
        "values-cross": "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{i} {{ 1 2 }}" for i in range(60))
        + " }",
        "values-long": 'SELECT * { VALUES ?x { "' + "x" * 900_000 + '" } ?s ?p ?o }',
    },
    "strings": {
        "concat-doubling": "SELECT (STRLEN(?x40) AS ?n) { BIND('ab' AS ?x0) "
        + " ".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(40))
        + "}",
        "concat-doubling-select": "SELECT (CONCAT(?x28,?x28) AS ?n) ?s { BIND('ab' AS ?x0) "
        + " ".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(28))
        + "?s ?p ?o }",
        "concat-nested": "SELECT (STRLEN(" + nest("CONCAT(", "'ab'", ",'cd')", 190) + ") AS ?n) {}",
        "replace-doubling": "SELECT (STRLEN(?x30) AS ?n) { BIND('aa' AS ?x0) "
        + " ".join(f"BIND(REPLACE(?x{i},'a','aaaa') AS ?x{i + 1})" for i in range(30))
        + "}",
        "replace-empty": "SELECT (REPLACE('" + "a" * 400_000 + "', '', '" + "b" * 100_000 + "') AS ?n) {}",
        "replace-x": "SELECT (STRLEN(REPLACE('"
        + "a" * 400_000
        + "', 'a', '"
        + "b" * 100_000
        + "')) AS ?n) {}",
        "replace-groups": "SELECT (STRLEN(REPLACE('"
        + "a" * 40_000
        + "', '(a+)', '"
        + "$1" * 50_000
        + "')) AS ?n) {}",
        "encode-tripling": "SELECT (STRLEN(?x30) AS ?n) { BIND('đ' AS ?x0) "
        + " ".join(f"BIND(ENCODE_FOR_URI(?x{i}) AS ?x{i + 1})" for i in range(30))
        + "}",
        "encode-nested": "SELECT (STRLEN(" + nest("ENCODE_FOR_URI(", "'đđđđđđ'", ")", 190) + ") AS ?n) {}",
        "group-concat-self": "SELECT (GROUP_CONCAT(?x; SEPARATOR='"
        + "s" * 100_000
        + "') AS ?n) { ?x ?p ?o }",
        "iri-doubling": "SELECT (IRI(?x40) AS ?n) { BIND('ab' AS ?x0) "
        + " ".join(f"BIND(STR(IRI(CONCAT(?x{i},?x{i}))) AS ?x{i + 1})" for i in range(40))
        + "}",
        "strdt-doubling": "SELECT (STRLANG(?x27,'en') AS ?n) ?s { BIND('ab' AS ?x0) "
        + " ".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(27))
        + " ?s ?p ?o }",
        "sha-cross": "SELECT (COUNT(SHA512(CONCAT(STR(?a),STR(?d)))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
        "number-huge": "SELECT ("
        + "9" * 100_000
        + " AS ?x) (1e"
        + "9" * 50_000
        + " AS ?y) (."
        + "1" * 50000
        + " AS ?z) {}",
        "decimal-power": "SELECT (?x60 AS ?n) { BIND(10.5 AS ?x0) "
        + " ".join(f"BIND(?x{i}*?x{i} AS ?x{i + 1})" for i in range(60))
        + "}",
    },
    "paths": {
        "path-star-pairs": P + "SELECT (COUNT(*) AS ?n) { ?a e:next* ?b }",
        "path-star-nested": P + "SELECT (COUNT(*) AS ?n) { ?a (((e:next*)*)*)* ?b }",
        "path-star-deep": P + "SELECT * { ?a " + nest("(", "e:next", ")*", 190) + " ?b }",
        "path-plus-deep": P + "SELECT * { e:0 " + nest("(", "e:next", ")+", 190) + " ?b }",
        "path-alt-star": P
        + "SELECT (COUNT(*) AS ?n) { ?a (e:next|^e:next|e:value|!e:x)* ?b . ?b (e:next|^e:next)* ?c }",
        "path-long-seq": P + "SELECT * { ?a " + "e:next/" * 40_000 + "e:next ?b }",
        "path-long-alt": P + "SELECT * { ?a " + "e:next|" * 40_000 + "e:next ?b }",
        "path-long-seq-star": P + "SELECT * { ?a (" + "e:next?/" * 1000 + "e:next?) ?b }",
        "path-long-seq-star2": P + "SELECT (COUNT(*) AS ?n) { ?a (" + "e:next*/" * 30 + "e:next*) ?b }",
        "path-negated": P + "SELECT * { ?a !(" + "e:x|" * 40_000 + "e:x) ?b }",
        "path-inverse-run": P + "SELECT * { ?a " + "^" * 150_000 + "e:next ?b }",
        "path-inverse-paren": P + "SELECT * { ?a " + nest("^(", "e:next", ")", 190) + " ?b }",
        "path-question-run": P + "SELECT * { ?a e:next" + "?" * 150_000 + " ?b }",
        "path-star-run": P + "SELECT * { ?a e:next" + "*" * 150_000 + " ?b }",
        "path-binary-alt": P
        + "SELECT (COUNT(*) AS ?n) { e:0 "
        + "/".join(["(e:next|e:skip)"] * 60)
        + " ?b }",
    },
    "regex": {
        "regex-catastrophe": "SELECT * { ?s ?p ?o FILTER(REGEX('" + "a" * 50_000 + "!', '^(a+)+$')) }",
        "regex-counted": "SELECT * { ?s ?p ?o FILTER(REGEX(?o, '((a{1,100}){1,100}){1,100}')) }",
        "regex-counted-deep": "SELECT (REGEX('a', '" + nest("(", "a", "){2}", 60) + "') AS ?x) {}",
        "regex-unicode": "SELECT (REGEX('a', '" + r"\\\\w{1000}" * 30 + "') AS ?x) {}",
        "regex-unicode2": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?x ?y ?z FILTER(REGEX(CONCAT(?o, ?z), '"
        + r"[\\\\w\\\\W]{1,500}x"
        + "')) }",
        "regex-nested-parens": "SELECT (REGEX('a', '" + "(" * 300_000 + "a" + ")" * 300_000 + "') AS ?x) {}",
        "regex-nested-class": "SELECT (REGEX('a', '" + "[" * 200_000 + "a" + "]" * 200_000 + "') AS ?x) {}",
        "regex-alternatives": "SELECT (REGEX('a', '"
        + "|".join("a" * (i % 50) + "b" for i in range(15_000))
        + "') AS ?x) {}",
        "regex-per-row": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c FILTER(REGEX(?o, CONCAT('^(', ?c, '|x)+$'))) }",
        "regex-invalid": "SELECT (REGEX('a', '(') AS ?x) {}",
        "regex-backref": r"SELECT (REGEX('aa', '(a)\\1') AS ?x) {}",
        "regex-flags": "SELECT (REGEX('aa', 'a', '" + "i" * 100_000 + "') AS ?x) {}",
    },
    "nesting": {
        "nest-groups": "SELECT * " + "{" * 150_000 + "}" * 150_000,
        "nest-groups-190": "SELECT * " + "{" * 199 + "?s ?p ?o" + "}" * 199,
        "chain-groups": "SELECT * { " + "{} " * 60_000 + "}",
        "chain-groups-data": "SELECT * { " + "{?s ?p ?o} " * 4_000 + "}",
        "nest-parens": "ASK { FILTER(" + "(" * 99_000 + "1" + ")" * 99_000 + ") }",
        "nest-parens-190": "ASK { FILTER(" + "(" * 190 + "1" + ")" * 190 + ") }",
        "nest-optional": "SELECT * { " + nest("OPTIONAL {", "?s ?p ?o", "}", 190) + " }",
        "nest-optional-vars": "SELECT (COUNT(*) AS ?n) { "
        + "".join(f"?a{i} ?b{i} ?c{i} OPTIONAL {{ " for i in range(190))
        + "}" * 191,
        "chain-optional": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 4900 + "}",
        "chain-optional-cross": "SELECT * { "
        + " ".join(f"OPTIONAL {{ ?a{i} ?b{i} ?c{i} }}" for i in range(500))
        + "}",
        "nest-union": "SELECT * { " + nest("{", "?s ?p ?o", "} UNION {}", 190) + " }",
        "chain-union": "SELECT * { {?s ?p ?o}" + " UNION {?s ?p ?o}" * 4900 + " }",
        "nest-minus": "SELECT * { " + nest("?s ?p ?o MINUS {", "?s ?p ?o", "}", 190) + " }",
        "nest-graph": "SELECT * { " + nest("GRAPH ?g {", "?s ?p ?o", "}", 190) + " }",
        "nest-subselect": "SELECT * " + nest("{ SELECT * ", "{ ?s ?p ?o }", "}", 190),
        "nest-subselect-agg": "SELECT * " + nest("{ SELECT (COUNT(*) AS ?n) ", "{ ?s ?p ?o }", "}", 190),
        "nest-subselect-1230": "SELECT * " + nest("{ SELECT * ", "{ ?s ?p ?o }", "}", 1230),
        "chain-subselect": "SELECT * { " + "{ SELECT ?s { ?s ?p ?o } } " * 2400 + "}",
        "nest-exists": "SELECT * { ?s ?p ?o " + nest("FILTER EXISTS { ?s ?p ?o ", "", "}", 190) + "}",
        "nest-exists-cross": "SELECT * { ?s ?p ?o "
        + "".join(f"FILTER NOT EXISTS {{ ?a{i} ?b{i} ?c{i} " for i in range(60))
        + "}" * 61,
        "chain-exists": "SELECT * { ?s ?p ?o " + "FILTER EXISTS { ?s ?p ?o } " * 2400 + "}",
        "nest-list": "SELECT * { " + "(" * 190 + "1" + ")" * 190 + " ?p ?o }",
        "nest-list-deep": "SELECT * { " + "(" * 99_000 + ")" * 99_000 + " ?p ?o }",
        "long-list": "SELECT * { (" + "1 " * 150_000 + ") ?p ?o }",
        "long-list-vars": "SELECT * { (" + " ".join(f"?v{i}" for i in range(2400)) + ") ?p ?o }",
        "nest-bnode": "SELECT * { " + nest("[ ?p ", "1", " ]", 190) + " }",
        "nest-bnode-deep": "SELECT * { " + nest("[ <p> ", "1", " ]", 60_000) + " }",
        "chain-bnode": "SELECT * { " + "[] ?p ?o . " * 4900 + "}",
        "nest-triple-term": "SELECT * { ?s ?p " + nest("<<( ?a ?b ", "?c", " )>>", 190) + " }",
        "nest-triple-term-deep": "SELECT * { ?s ?p " + nest("<<( ?a ?b ", "?c", " )>>", 20_000) + " }",
        "nest-reified": "SELECT * { " + nest("<< ", "?s", " ?p ?o >>", 20_000) + " ?p ?o }",
        "nest-reified-180": "SELECT * { " + nest("<< ", "?s", " ?p ?o >>", 180) + " ?p ?o }",
        "nest-annotation": "SELECT * { ?s ?p ?o " + nest("{| ?a ?b ", "", "|}", 190) + " }",
        "nest-triple-fn": "SELECT (" + nest("TRIPLE(<a>,<b>,", "1", ")", 190) + " AS ?x) {}",
        "nest-if": "SELECT (" + nest("IF(true,", "1", ",2)", 190) + " AS ?x) {}",
        "nest-coalesce": "SELECT (" + nest("COALESCE(1,", "1", ")", 190) + " AS ?x) {}",
        "long-in": "SELECT * { ?s ?p ?o FILTER(?o IN (" + "1," * 90_000 + "1)) }",
        "nest-in": "ASK { FILTER(" + nest("1 IN (", "1", ")", 190) + ") }",
        "run-not": "ASK { FILTER(" + "!" * 150_000 + "true) }",
        "run-minus": "SELECT (" + "-" * 150_000 + "1 AS ?x) {}",
        "run-plus": "SELECT (1" + "+1" * 90_000 + " AS ?x) {}",
        "run-times": "SELECT (1" + "*2" * 90_000 + " AS ?x) {}",
        "run-or": "ASK { FILTER(true" + "||false" * 60_000 + ") }",
        "run-and": "ASK { FILTER(true" + "&&true" * 60_000 + ") }",
        "run-eq": "ASK { FILTER(1" + "=1" * 60_000 + ") }",
        "chain-filter": "SELECT * { ?s ?p ?o " + "FILTER(?o != 1) " * 4900 + "}",
        "chain-bind": "SELECT * { " + " ".join(f"BIND({i} AS ?v{i})" for i in range(4900)) + "}",
        "chain-bind-ref": "SELECT * { BIND(1 AS ?v0) "
        + " ".join(f"BIND(?v{i} + ?v{i} AS ?v{i + 1})" for i in range(4800))
        + "}",
    },
    "patterns": {
        "patterns-chain-300": P
        + "SELECT * { "
        + " . ".join(f"?x{i} e:next ?x{i + 1}" for i in range(300))
        + " }",
        "patterns-chain-4900": P
        + "SELECT * { "
        + " . ".join(f"?x{i} e:next ?x{i + 1}" for i in range(4900))
        + " }",
        "patterns-star-300": P + "SELECT * { ?x " + " ; ".join(f"e:next ?y{i}" for i in range(300)) + " }",
        "patterns-star-skip": P + "SELECT * { ?x " + " ; ".join(f"?p{i} ?y{i}" for i in range(300)) + " }",
        "patterns-clique": P
        + "SELECT * { "
        + " . ".join(f"?x{i} e:next|e:skip ?x{j}" for i in range(30) for j in range(i))
        + " }",
        "patterns-clique-any": P
        + "SELECT * { "
        + " . ".join(f"?x{i} ?p{i}x{j} ?x{j}" for i in range(40) for j in range(i))
        + " }",
        "patterns-cross-300": "SELECT * { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(300)) + " }",
        "objects-long": P + "SELECT * { ?x e:next " + ",".join(f"?y{i}" for i in range(60_000)) + " }",
    },
    "text": {
        "project-many": "SELECT " + " ".join(f"?v{i}" for i in range(90_000)) + " { ?s ?p ?o }",
        "project-exprs": "SELECT " + " ".join(f"(1 AS ?v{i})" for i in range(30_000)) + " { ?s ?p ?o }",
        "group-many": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY "
        + " ".join(f"?v{i}" for i in range(90_000)),
        "order-many": "SELECT * { ?s ?p ?o } ORDER BY " + " ".join(f"?v{i}" for i in range(60_000)),
        "from-many": "SELECT * " + " ".join(f"FROM <http://g/{i}>" for i in range(60_000)) + " { ?s ?p ?o }",
        "prefix-many": " ".join(f"PREFIX p{i}: <http://g/{i}>" for i in range(40_000))
        + " SELECT * { ?s ?p ?o } LIMIT 1",
        "construct-template": "CONSTRUCT { " + "?s ?p ?o . " * 4900 + "} { ?s ?p ?o }",
        "describe-many": "DESCRIBE " + " ".join(f"<http://example.org/{i}>" for i in range(60_000)),
        "text-10mb": "SELECT * { ?s ?p '" + "x" * 10_000_000 + "' }",
        "comment-900k": "SELECT * { ?s ?p ?o } LIMIT 1 #" + "x" * 900_000,
        "spaces-900k": "SELECT * { ?s ?p ?o } " + " " * 900_000 + " LIMIT 1",
        "quotes-900k": "SELECT * { ?s ?p " + '"' * 900_000 + " }",
        "quotes3-900k": "SELECT * { ?s ?p " + "'''" + "''x" * 300_000 + " }",
        "backslashes": "SELECT * { ?s ?p '" + "\\" * 900_000 + "' }",
        "lt-900k": "SELECT * { ?s ?p " + "<" * 900_000 + " }",
        "lt-a-900k": "SELECT * { ?s ?p " + "<a" * 190_000 + " }",
        "pname-dots": P + "SELECT * { ?s e:" + "a." * 400_000 + " ?o }",
        "pname-percent": P + "SELECT * { ?s e:" + "%41" * 300_000 + " ?o }",
        "colons": "SELECT * { ?s " + ":" * 900_000 + " ?o }",
        "word-900k": "S" * 900_000,
        "word-dots": "a." * 400_000,
        "word-dots2": "a" + "." * 900_000 + "b",
        "nul": "SELECT * { ?s ?p 'a\x00b' }",
        "escapes": "SELECT * { ?s ?p '" + "\\u0041" * 150_000 + "' }",
        "surrogate-escape": "SELECT * { ?s ?p '\\uD800' }",
        "rtl": "SELECT * { ?s ?p '\u202e' }",
        "langtag": "SELECT * { ?s ?p 'a'@" + "a-" * 400_000 + "b }",
        "random": "SELECT (SUM(RAND()) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    },
}
