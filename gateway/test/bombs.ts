/** Documents that are small on the wire and dear to whatever looks at them. */

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ')

/** Each fragment selects the next one `width` times under names of its own. */
function doubling(levels: number, width: number): string {
  const link = (n: number) =>
    `fragment F${n} on Bomb { ${times(width, (w) => `a${w}: bomb { ...F${n + 1} }`)} }`
  return `{ bomb { ...F0 } } ${times(levels, link)} fragment F${levels} on Bomb { x }`
}

/** The same without a single alias or nested field: only spreads multiply. */
function spreading(levels: number): string {
  const link = (n: number) => `fragment F${n} on Bomb { ...F${n + 1} ... on Bomb { ...F${n + 1} } }`
  return `{ bomb { ...F0 } } ${times(levels, link)} fragment F${levels} on Bomb { x }`
}

export interface Bomb {
  readonly title: string
  readonly query: string
  /** JSON. */
  readonly variables?: string
  /** The limit that it is over. */
  readonly limit: string
}

/** A list inside a list inside a list … of a variable, or of an argument. */
const nestedList = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

export const BOMBS: readonly Bomb[] = [
  { title: '2,000 aliases', query: `{ ${times(2_000, (n) => `a${n}: count`)} }`, limit: 'maxTokens' },
  { title: '16 aliases', query: `{ bomb { ${times(16, (n) => `a${n}: x`)} } }`, limit: 'maxAliases' },
  {
    title: '3,000 levels',
    query: `{ ${'bomb { '.repeat(3_000)} x ${'}'.repeat(3_000)} }`,
    limit: 'maxDepth',
  },
  { title: '300 levels', query: `{ ${'bomb { '.repeat(300)} x ${'}'.repeat(300)} }`, limit: 'maxDepth' },
  { title: '11 levels', query: `{ ${'bomb { '.repeat(10)} x ${'}'.repeat(10)} }`, limit: 'maxDepth' },
  {
    title: '11 levels by fragments',
    query: `{ bomb { ...F0 } } ${times(8, (n) => `fragment F${n} on Bomb { bomb { ...F${n + 1} } }`)} fragment F8 on Bomb { bomb { x } }`,
    limit: 'maxDepth',
  },
  {
    title: '51 directives',
    query: `{ count ${times(51, () => '@include(if: true)')} }`,
    limit: 'maxDirectives',
  },
  { title: '10,000 directives', query: `{ count ${times(10_000, () => '@aa')} }`, limit: 'maxTokens' },
  {
    title: '11 root fields',
    query: `{ ${times(11, (n) => `...F${n}`)} } ${times(11, (n) => `fragment F${n} on Query { a${n}: count }`)}`,
    limit: 'maxRootFields',
  },
  { title: '2,000 equal fields', query: `{ ${times(2_000, () => 'me { id }')} }`, limit: 'maxTokens' },
  { title: '200 equal fields', query: `{ ${times(200, () => 'me { id }')} }`, limit: 'maxRepeats' },
  {
    title: '200 equal spreads',
    query: `{ ${times(200, () => '...F')} } fragment F on Query { count }`,
    limit: 'maxRepeats',
  },
  { title: '3^7 fields by 24 aliases', query: doubling(7, 3), limit: 'maxAliases' },
  {
    title: '7^7 fields with 14 aliases',
    query: `{ bomb { ...A } } fragment A on Bomb { ${times(7, (n) => `a${n}: bomb { ...B }`)} } fragment B on Bomb { ${times(7, (n) => `b${n}: bomb { ...C }`)} } fragment C on Bomb { ${times(60, () => '...D ... on Bomb { ...D }')} } fragment D on Bomb { x x x x x x x x }`,
    limit: 'maxCost',
  },
  { title: '2^40 fields by spreads alone', query: spreading(40), limit: 'maxCost' },
  { title: '2^60 fields by spreads alone', query: spreading(60), limit: 'maxCost' },
  {
    title: '200 overlapping fragments',
    query: `{ bomb { ${times(200, (n) => `...F${n}`)} } } ${times(200, (n) => `fragment F${n} on Bomb { bomb { x } }`)}`,
    limit: 'maxTokens',
  },
  {
    title: 'introspection 16 deep',
    query: `{ __schema { types { ${'ofType { '.repeat(14)} name ${'}'.repeat(14)} } } }`,
    limit: 'maxIntrospectionDepth',
  },
  {
    title: 'introspection 16 deep by a fragment',
    query: `{ __type(name: "A") { ...T } } fragment T on __Type { ${'ofType { '.repeat(15)} name ${'}'.repeat(15)} }`,
    limit: 'maxIntrospectionDepth',
  },
  { title: 'an argument 400 lists deep', query: `{ count(a: ${nestedList(400)}) }`, limit: 'maxInputDepth' },
  {
    title: 'a type 400 lists deep',
    query: `query ($a: ${'['.repeat(400)}Int${']'.repeat(400)}) { count }`,
    limit: 'maxInputDepth',
  },
  {
    title: 'an argument 200 objects deep',
    query: `{ count(a: ${'{a:'.repeat(200)}1${'}'.repeat(200)}) }`,
    limit: 'maxInputDepth',
  },
  {
    title: 'a list of 30,000',
    query: 'query ($a: [Int]) { count }',
    variables: JSON.stringify({ a: Array(30_000).fill(0) }),
    limit: 'maxListItems',
  },
  {
    title: 'a variable 10,000 lists deep',
    query: '{ count }',
    variables: `{"a":${nestedList(10_000)}}`,
    limit: 'maxInputDepth',
  },
  { title: '64 KB of operations', query: times(6_000, (n) => `query A${n}{a}`), limit: 'maxTokens' },
  {
    title: '64 KB of one fragment cycle',
    query: `{ ...F0 } ${times(2_500, (n) => `fragment F${n} on Q{...F${n + 1}}`)}`,
    limit: 'maxTokens',
  },
]
