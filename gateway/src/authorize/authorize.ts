import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  parse,
  print,
} from 'graphql'
import { exactText, parseExact } from '../exact-json.js'
import type { Executable } from '../executable.js'
import { fragmentsOf } from '../fragments.js'
import { Remembered } from '../remembered.js'
import type { Result } from '../result.js'
import type { Log, Scope } from '../scope.js'
import { booleansOf, type Denial, denialsOf } from './asked.js'
import { type Filtered, filterOperation } from './filter-document.js'
import { Judge } from './judge.js'
import { readRequirements } from './requirements.js'
import { denied, restore } from './restore.js'
import { createViews, type View } from './rights.js'
import type { AuthorizationSettings } from './settings.js'

/** An operation that may be planned. */
export interface Authorized {
  /** Without what its caller may not see. Its key is that of what is left. */
  readonly executable: Executable
  /** Equal keys mean that documents and what was taken out of them are equal. */
  readonly key: string
  /** Why nothing of it may be run. */
  readonly refused: readonly GraphQLError[] | undefined
  /** Makes the answer to what was asked of the answer to what was permitted. */
  settle(result: Result): Result
  /** The same for a portion of the operation that is run by itself. Absent where nothing was taken out. */
  readonly part?: (portion: Executable) => Authorized
}

/** Decides what of an operation its caller is answered. Never throws: what it does not understand, plans refuse. */
export type Authorize = (executable: Executable, scope: Pick<Scope, 'principal' | 'requestId'>) => Authorized

export interface AuthorizeOptions {
  readonly supergraphSdl: string
  /** What clients see. */
  readonly schema: GraphQLSchema
  readonly settings: AuthorizationSettings
  readonly log: Log
}

interface Known extends Filtered {
  readonly document: DocumentNode
  /** That of the filtered document: of its content, so that it is the same in every supergraph. */
  readonly key: string
  readonly typeKey: string
}

/**
 * Reads what the supergraph demands of callers; undefined when it demands nothing. Throws when what it says cannot be
 * enforced.
 */
export function createAuthorize(options: AuthorizeOptions): Authorize | undefined {
  const requirements = readRequirements(parse(options.supergraphSdl, { noLocation: true }))
  if (requirements === undefined) return undefined
  const judge = new Judge(requirements)
  const viewOf = createViews(judge.demands, options.settings)
  const filtered = new Remembered<Known>()
  const authorize: Authorize = (executable, scope) => {
    const view = viewOf(scope.principal)
    const id = `${view.key} ${executable.id}`
    let known = filtered.get(id)
    if (known === undefined) {
      known = filterFor(executable, { view, judge, schema: options.schema })
      filtered.set(id, known, executable.query)
    }
    if (!known.isTouched) return permitted(executable)
    const part = (portion: Executable) => authorize(portion, scope)
    return decide(executable, { known, scope, part }, options)
  }
  return authorize
}

/** An operation of which nothing is denied. */
export function permitted(executable: Executable): Authorized {
  return { executable, key: executable.key, refused: undefined, settle: (result) => result }
}

interface Deciding {
  readonly known: Known
  readonly scope: Pick<Scope, 'principal' | 'requestId'>
  readonly part: (portion: Executable) => Authorized
}

function decide(
  executable: Executable,
  { known, scope, part }: Deciding,
  options: AuthorizeOptions,
): Authorized {
  const { settings, schema, log } = options
  const operation = executable.definition
  const variables = booleansOf(operation.variableDefinitions ?? [], executable.variables)
  const denials = denialsOf(known.asked, variables)
  if (settings.dryRun) {
    if (denials.length === 0) return permitted(executable)
    log('an operation would not be permitted', {
      requestId: scope.requestId,
      operation: operation.name?.value ?? 'anonymous',
      fields: denials.map(({ field }) => field),
    })
    const key = `${executable.key} ${known.key}`
    return { ...permitted(executable), key, settle: (result) => withDenials(result, denials) }
  }
  // Of a subscription whose one field is denied nothing is left that could be subscribed to.
  const isAll = settings.mode === 'reject' || operation.operation === 'subscription'
  const refusals = isAll ? denials.filter(({ path }) => settings.mode === 'reject' || path.length === 1) : []
  const { document, key, operation: definition, typeKey, asked } = known
  return {
    executable: { ...executable, document, key, id: key, definition },
    key: `${executable.key} ${key}`,
    refused: refusals.length === 0 ? undefined : refusals.map(({ field, path }) => denied(field, path)),
    part,
    settle(result) {
      const root = rootOf(executable, schema)
      if (!root || result.text === undefined || result.text === 'null') return result
      const given = parseExact(result.text) as Record<string, unknown>
      const errors: GraphQLError[] = []
      const data = restore(given, asked, root, { schema, typeKey, variables, errors })
      return { ...result, text: exactText(data) ?? 'null', errors: [...result.errors, ...errors] }
    },
  }
}

/** The type of the objects that it selects fields of. */
function rootOf({ on, definition }: Executable, schema: GraphQLSchema) {
  const root = on === undefined ? schema.getRootType(definition.operation) : schema.getType(on)
  return isCompositeType(root) ? root : undefined
}

interface For {
  readonly view: View
  readonly judge: Judge
  readonly schema: GraphQLSchema
}

function filterFor(executable: Executable, { view, judge, schema }: For): Known {
  const { document, query, definition } = executable
  let typeKey = '__lighthouse_type'
  while (query.includes(typeKey)) typeKey += '_'
  const filtered = filterOperation(definition, rootOf(executable, schema), {
    schema,
    fragments: fragmentsOf(document),
    may: (type, field) => view.meets(judge.of(type, field)),
    typeKey,
  })
  // Introspection is left as it was written, and may spread fragments.
  const kept = document.definitions.filter(
    (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.typeCondition.name.value.startsWith('__'),
  )
  const left: DocumentNode = { kind: Kind.DOCUMENT, definitions: [filtered.operation, ...kept] }
  const key = filtered.isTouched ? createHash('sha256').update(print(left)).digest('hex') : ''
  return { ...filtered, document: left, key, typeKey }
}

function withDenials(result: Result, denials: readonly Denial[]): Result {
  const authorizationErrors = denials.map(({ field, path }) => denied(field, path).toJSON())
  return { ...result, extensions: { ...result.extensions, authorizationErrors } }
}
