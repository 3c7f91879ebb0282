import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, Kind, visit } from 'graphql'
import type { Demand } from './demand.js'

type DemandKind = Demand['kind']

const SPECS = 'https://specs.apollo.dev/'
const FEATURES: ReadonlyMap<string, DemandKind> = new Map([
  ['authenticated', 'authenticated'],
  ['requiresScopes', 'scopes'],
  ['policy', 'policies'],
])
/** Whoever reads it knows it by this name only. */
const HIDING = 'inaccessible'
/** Features that are marked as security and change nothing of who may ask for what. */
const OTHER_SECURITY = [HIDING, 'context']

interface Link {
  /** The address without its version. */
  readonly identity: string
  readonly major: number
  /** What elements that are not imported are prefixed with. */
  readonly namespace: string
  /** Imported names, and what they are called here. */
  readonly imports: ReadonlyMap<string, string>
  readonly isSecurity: boolean
}

/**
 * How the directives that demand something are called in this supergraph: by `@link`, with `as` and renamed imports (link
 * specification v1.0). Throws when it says that something is about security that is not known here, and when it uses one
 * of the names without saying whose it is: what cannot be enforced must not be served.
 */
export function directiveNames(supergraph: DocumentNode): ReadonlyMap<string, DemandKind> {
  const names = new Map<string, DemandKind>()
  const claimed = new Set<string>()
  for (const link of linksOf(supergraph)) {
    const feature = link.identity.startsWith(SPECS) ? link.identity.slice(SPECS.length) : ''
    const kind = FEATURES.get(feature)
    if (link.isSecurity && kind === undefined && !OTHER_SECURITY.includes(feature)) {
      throw new Error(`The supergraph needs ${link.identity} for its security, which is not known here.`)
    }
    const hiding = link.imports.get(HIDING) ?? link.namespace
    if (feature === HIDING && hiding !== HIDING)
      throw new Error(`The supergraph calls @${HIDING} by another name, @${hiding}, which is not known here.`)
    if (kind !== undefined && link.major > 0) {
      throw new Error(`The supergraph uses ${link.identity} v${link.major}; only v0 is known here.`)
    }
    claimed.add(link.namespace)
    for (const local of link.imports.values()) claimed.add(local)
    if (kind !== undefined) {
      names.set(link.namespace, kind)
      addNames(names, link, feature, kind)
    } else if (feature === 'federation') {
      for (const [element, demanded] of FEATURES) addNames(names, link, element, demanded)
    }
  }
  refuseUnclaimed(supergraph, claimed, names)
  return names
}

function addNames(names: Map<string, DemandKind>, link: Link, element: string, kind: DemandKind): void {
  names.set(`${link.namespace}__${element}`, kind)
  const imported = link.imports.get(element)
  if (imported !== undefined) names.set(imported, kind)
}

function refuseUnclaimed(
  supergraph: DocumentNode,
  claimed: ReadonlySet<string>,
  names: ReadonlyMap<string, DemandKind>,
): void {
  visit(supergraph, {
    Directive({ name: { value } }) {
      if (!FEATURES.has(value) || names.has(value) || claimed.has(value)) return
      throw new Error(`The supergraph uses @${value}, and no @link says whose directive it is.`)
    },
  })
}

function linksOf(supergraph: DocumentNode): Link[] {
  return supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).flatMap((directive) => linkOf(directive) ?? [])
      : [],
  )
}

/** Whatever it is called itself: a directive of the schema that names a specification. */
function linkOf(directive: ConstDirectiveNode): Link | undefined {
  const given = new Map(directive.arguments?.map((one) => [one.name.value, one.value]))
  const url = textOf(given.get('url')) ?? textOf(given.get('feature'))
  const [, identity, name, major] = /^(.*?([^/]+))\/v(\d+)\.\d+\/?$/.exec(url ?? '') ?? []
  if (identity === undefined || name === undefined) return undefined
  const imports = given.get('import')
  return {
    identity,
    major: Number(major),
    namespace: textOf(given.get('as')) ?? name,
    imports: new Map(imports?.kind === Kind.LIST ? imports.values.flatMap(importOf) : []),
    isSecurity: textOf(given.get('for')) === 'SECURITY',
  }
}

/** `"@name"` or `{name: "@name", as: "@other"}`, for directives; types begin without `@`. */
function importOf(value: ConstValueNode): [string, string][] {
  const fields = value.kind === Kind.OBJECT ? value.fields : []
  const named = (key: string) => textOf(fields.find((one) => one.name.value === key)?.value)
  const name = textOf(value) ?? named('name')
  if (name?.startsWith('@') !== true) return []
  return [[name.slice(1), (named('as') ?? name).replace(/^@/, '')]]
}

function textOf(value: ConstValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}
