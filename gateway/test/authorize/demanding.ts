import {
  type ConstDirectiveNode,
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql'
import type { Principal } from '@lighthouse/contract/principal'
import type { Random } from '../differential/random.js'
import type { Graph } from '../differential/run-case.js'
import { monolith } from '../differential/serve-model.js'
import { holding } from './library.js'

/** One demand as the oracle keeps it. */
type Demanded = (held: Principal | undefined) => boolean

/** A generated supergraph with demands at random places, and what they are by `Type` and `Type.field`. */
export interface Demanding {
  readonly sdl: string
  readonly demanded: ReadonlyMap<string, readonly Demanded[]>
}

const SCOPES = ['s1', 's2', 's3']
const POLICIES = ['p1', 'p2']
const SPEC = 'https://specs.apollo.dev'

/** Writes demands into a supergraph. Those of interfaces are no object's, as if they were written for all of them. */
export function demand(sdl: string, random: Random): Demanding {
  const demanded = new Map<string, Demanded[]>()
  const isRenamed = random.chance(0.5)
  const scopesName = isRenamed ? 'needs' : 'requiresScopes'
  const decorate = (place: string, chance: number, isInterface: boolean): ConstDirectiveNode[] => {
    const found: ConstDirectiveNode[] = []
    const add = (text: string, met: Demanded) => {
      found.push(directive(text))
      demanded.set(place, [...(demanded.get(place) ?? []), met])
    }
    if (random.chance(chance / 2) && !isInterface) add('@authenticated', (held) => held !== undefined)
    if (random.chance(chance)) {
      const lists = isInterface
        ? [['inherited']]
        : [random.some(SCOPES, 1), random.some(SCOPES, 1)].slice(random.between(0, 1))
      add(`@${scopesName}(scopes: ${JSON.stringify(lists)})`, (held) =>
        lists.some((all) => all.every((one) => held?.scopes?.includes(one))),
      )
    }
    if (random.chance(chance / 2) && !isInterface) {
      const lists = [random.some(POLICIES, 1)]
      add(`@auth__policy(policies: ${JSON.stringify(lists)})`, (held) =>
        lists.some((all) => all.every((one) => held?.policies?.includes(one))),
      )
    }
    return found
  }
  const linked = link(parse(sdl), isRenamed)
  const decorated = visit(linked, {
    enter(node) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
        const isInterface = node.kind === Kind.INTERFACE_TYPE_DEFINITION
        const type = node.name.value
        const chance = type === 'Query' ? 0.1 : 0.2
        const fields = (node.fields ?? []).map((field) => ({
          ...field,
          directives: [
            ...(field.directives ?? []),
            ...decorate(`${type}.${field.name.value}`, chance, isInterface),
          ],
        }))
        const own = type === 'Query' ? [] : decorate(type, 0.12, isInterface)
        return { ...node, fields, directives: [...(node.directives ?? []), ...own] }
      }
      if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.SCALAR_TYPE_DEFINITION) {
        const name = node.name.value
        if (name !== 'Color' && name !== 'Blob') return false
        return { ...node, directives: [...(node.directives ?? []), ...decorate(name, 0.2, false)] }
      }
      return undefined
    },
  })
  return { sdl: print(decorated), demanded }
}

/** The whole graph as one schema in which what is denied throws: graphql-js puts the nulls. */
export function oracleFor(
  graph: Graph,
  { demanded }: Demanding,
  principal: Principal | undefined,
): GraphQLSchema {
  const schema = monolith(graph.model)
  const isMet = (place: string) => (demanded.get(place) ?? []).every((met) => met(principal))
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const interfaces = type.getInterfaces().filter((one) => field.name in one.getFields())
      const places = [type, ...interfaces].flatMap(({ name }) => [name, `${name}.${field.name}`])
      if ([...places, getNamedType(field.type).name].every(isMet)) continue
      field.resolve = () => {
        throw new Error('denied')
      }
    }
  }
  return schema
}

/** A caller with some of the rights; undefined: nobody. */
export function someRights(random: Random): Principal | undefined {
  if (random.chance(0.2)) return undefined
  return holding(random.some([...SCOPES, 'inherited']), random.some(POLICIES))
}

export const ALL_RIGHTS = holding([...SCOPES, 'inherited'], POLICIES)

/** The directives under other names where that is drawn, as `@link` allows. */
function link(supergraph: DocumentNode, isRenamed: boolean): DocumentNode {
  const imported = isRenamed ? ', import: [{name: "@requiresScopes", as: "@needs"}]' : ''
  const links = [
    `@link(url: "${SPEC}/authenticated/v0.1", for: SECURITY)`,
    `@link(url: "${SPEC}/requiresScopes/v0.1"${imported}, for: SECURITY)`,
    `@link(url: "${SPEC}/policy/v0.1", as: "auth", for: SECURITY)`,
  ].map(directive)
  const definitions = supergraph.definitions.map((one) =>
    one.kind === Kind.SCHEMA_DEFINITION ? { ...one, directives: [...(one.directives ?? []), ...links] } : one,
  )
  return { ...supergraph, definitions }
}

function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`scalar X ${text}`).definitions
  if (definition?.kind !== Kind.SCALAR_TYPE_DEFINITION || definition.directives?.[0] === undefined) {
    throw new Error(`no directive: ${text}`)
  }
  return definition.directives[0]
}
