/** One fault put into a copy of the gateway's sources: the suite must fail over it. */
export interface Mutant {
  /** What the executor then does wrong. */
  readonly name: string
  /**
   * The graph of seed 1 over which it was noticed last, if not the first: `npm test` begins there, to be quick. A
   * generator that changed only makes it slower.
   */
  readonly near?: number
  /** Below `gateway/src`. */
  readonly file: string
  /** Stands in the file once; where it does not, the mutant is out of date, which is a failure. */
  readonly find: string
  readonly replace: string
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'nulls do not bubble',
    file: 'shape/compile.ts',
    find: 'return outcome === NULL ? writing.missing(message, field, depth, value !== undefined) : outcome',
    replace: 'return outcome',
  },
  {
    name: 'nulls bubble without an error',
    near: 24,
    file: 'shape/writing.ts',
    find: 'if (!this.known.explains(this.path.slice(0, depth), !wasGiven)) this.#fault(message, field, depth)',
    replace: '',
  },
  {
    name: 'fragments apply to every type',
    near: 1,
    file: 'shape/selection.ts',
    find: 'return isAbstractType(on) && schema.isSubType(on, type)',
    replace: 'return on !== undefined',
  },
  {
    name: 'representations are made for objects of every type',
    file: 'fetch/represent.ts',
    find: 'if (type !== undefined && !types.satisfies(type, one.type)) continue',
    replace: '',
  },
  {
    name: 'entities of several places are not copied',
    near: 5,
    file: 'fetch/lookups.ts',
    find: 'const copies = places.map((_, nth) => (nth === 0 ? entity : copied(entity)))',
    replace: 'const copies = places.map(() => entity)',
  },
  {
    name: 'places share an entity though they diverge',
    near: 9,
    file: 'fetch/sharing.ts',
    find: "if (effect === 'diverges') return undefined",
    replace: "if (effect === 'diverges') continue",
  },
  {
    name: 'groups of places share an entity',
    near: 30,
    file: 'fetch/lookups.ts',
    find: 'const sources = used.map((_, nth) => (nth === 0 ? entity : copied(entity)))',
    replace: 'const sources = used.map(() => entity)',
  },
  {
    name: 'lists are merged the wrong way round',
    file: 'fetch/merge.ts',
    find: 'existing[i] = merged(existing[i], incoming[i], types)',
    replace: 'existing[i] = merged(existing[i], incoming[incoming.length - 1 - i], types)',
  },
  {
    name: 'entities are given to the wrong places',
    file: 'fetch/lookups.ts',
    find: 'const entity: unknown = entities[index]',
    replace: 'const entity: unknown = entities[entities.length - 1 - index]',
  },
  {
    name: 'input rewrites are dropped',
    near: 2,
    file: 'fetch/represent.ts',
    find: 'constants.set(set.key, set.to)',
    replace: '',
  },
  {
    name: 'output rewrites are dropped',
    near: 1,
    file: 'fetch/rewrite.ts',
    find: 'for (const rename of renames) {',
    replace: 'for (const rename of renames.slice(renames.length)) {',
  },
  {
    name: 'errors have no path',
    file: 'fetch/relocated.ts',
    find: 'path: path ?? null,\n    extensions: { ...extensions, code, service: subgraph },',
    replace: 'path: null,\n    extensions: { ...extensions, code, service: subgraph },',
  },
  {
    name: 'errors of an entity are told for its first place only',
    near: 2,
    file: 'fetch/relocate.ts',
    find: 'return paths.slice(0, MAX_ERRORS_A_FETCH).map(tell)',
    replace: 'return paths.slice(0, 1).map(tell)',
  },
  {
    name: 'places of one way are taken for those of another',
    near: 69,
    file: 'fetch/lookups.ts',
    find: '    collecting.met = []\n    const before',
    replace: '    if (!met.has(way.text)) collecting.met = []\n    const before',
  },
  {
    name: 'objects are asked for with nothing selected of them',
    near: 3,
    file: 'plan/mend-steps.ts',
    find: 'return isWhole ? request : { ...request, query: print(document) }',
    replace: 'return isWhole ? request : request',
  },
  {
    name: 'paths of errors keep the names of the planner',
    near: 13,
    file: 'fetch/relocate.ts',
    find: 'known.push(rename?.to ?? key)',
    replace: 'known.push(key)',
  },
  {
    name: 'aliases are read under the field’s own name',
    file: 'shape/compile.ts',
    find: 'const reads = fields.map(({ dataKey }) => dataKey)',
    replace: 'const reads = fields.map(({ name }) => name)',
  },
  {
    name: 'what a field requires is not handed over',
    file: 'fetch/represent.ts',
    find: "const reads = wanted.map((one) => one.read).filter((key) => key !== '__typename')",
    replace:
      "const reads = wanted.map((one) => one.read).filter((key) => key !== '__typename')\n    writers.splice(0, writers.length, ...writersOf(wanted.filter((one) => one.write !== 'need'), settled, this.#types))",
  },
  {
    name: 'mutations run side by side',
    near: 18,
    file: 'fetch/fetch.ts',
    find: 'return inSequence(one.steps.map(compile))',
    replace:
      "return (one.steps.every((step) => step.kind === 'root') ? inParallel : inSequence)(one.steps.map(compile))",
  },
  {
    name: '@skip and @include are not heeded',
    file: 'shape/is-included.ts',
    find: "if (holds === (name === 'skip')) return false",
    replace: '',
  },
  {
    name: 'variables that are null are not handed on',
    file: 'fetch/payload.ts',
    find: 'if (Object.hasOwn(this.#given, name)) variables[name] = this.#given[name]',
    replace: 'if (this.#given[name] !== null) variables[name] = this.#given[name]',
  },
  {
    name: 'values of enums that clients may not see are shown',
    near: 6,
    file: 'shape/leaf.ts',
    find: 'if (name === undefined) throw new Error(`Enum "${type.name}" has no such value here.`)',
    replace: 'if (name === undefined) return writing.json(value)',
  },
  {
    name: 'a plan is used again for other labels of @override',
    near: 12,
    file: 'plan.ts',
    find: 'executable.id : `${executable.id} ${active}`',
    replace: 'executable.id : executable.id',
  },
  {
    name: 'type names stay under the client’s alias',
    near: 48,
    file: 'normalize.ts',
    find: 'append(collected.fields, TYPENAME.name.value, TYPENAME)',
    replace: 'append(collected.fields, normalizing.names.of(selection), selection)',
  },
  {
    name: 'an alias is taken for a field that another requires',
    near: 6,
    file: 'alias.ts',
    find: '(key === field.name.value ? key : OURS + key)',
    replace: 'key',
  },
  {
    name: 'one name is given to two things',
    near: 1,
    file: 'alias.ts',
    find: 'if (texts.size > 1)',
    replace: 'if (texts.size > 9)',
  },
  {
    name: 'errors are told of objects of other types',
    near: 7,
    file: 'shape/told-errors.ts',
    find: '&& isOfOthers(path, data, root)) return []',
    replace: '&& false) return []',
  },
]
