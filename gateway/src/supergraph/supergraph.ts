import { QueryPlanner } from '@graphql-hive/router-query-planner'
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  parse,
  print,
} from 'graphql'
import { DEFER, DEFER_DEFINITION } from '../defer/directive.js'
import { keyedForm } from './keyed-form.js'
import { type Members, membersOf } from './members.js'
import { orderKeys } from './order-keys.js'
import type { Plannable, PlanningForm } from './planning.js'
import { withMembersSaid } from './older-joins.js'
import { planFaults } from './plan-faults.js'
import { sharedFields } from './shared-fields.js'
import { type TypeNames, typeNames } from './type-names.js'
import { wholeUnions } from './whole-unions.js'

export interface SubgraphAddress {
  /** The name by which plans call it. */
  readonly name: string
  readonly url: string
}

/** A loaded supergraph: everything that planning, fetching and shaping read. Never changes once made. */
export interface Supergraph extends Plannable {
  readonly sdl: string
  readonly planner: QueryPlanner
  /** What clients see: without @inaccessible elements and federation's own. */
  readonly apiSchema: GraphQLSchema
  readonly types: TypeNames
  /** The abstract types that clients see and of which some objects are @inaccessible. */
  readonly hiding: ReadonlySet<string>
  /** The fields that several subgraphs give, as `Type.field`. */
  readonly shared: ReadonlySet<string>
  /** Where plans select members of unions that a subgraph does not have: what it does have. */
  readonly members: Members | undefined
}

/** Loads a supergraph. Throws when the SDL is no supergraph: says why, changes nothing. */
export function loadSupergraph(given: string): Supergraph {
  const original = parse(given, { noLocation: true })
  const said = withMembersSaid(original)
  const document = said ?? original
  const sdl = said === undefined ? given : print(said)
  // Throws for an SDL that is no supergraph; the planner takes one.
  subgraphsIn(document)
  const wholly = wholeUnions(document)
  const plannable = plannableOf(orderKeys(wholly ?? document))
  const planner = new QueryPlanner(plannable.planningSdl)
  const apiSchema = consumerSchema(planner.consumerSchema)
  const whole = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true })
  return {
    sdl,
    ...plannable,
    planner,
    apiSchema,
    types: typeNames(whole),
    hiding: hidingTypes(whole, apiSchema),
    shared: sharedFields(document),
    members: wholly === undefined ? undefined : membersOf(document),
  }
}

/** A supergraph whose keys are ordered in the forms that planners are given. */
export function plannableOf(ordered: DocumentNode): Plannable {
  const { faultOf, withoutProvides } = planFaults(ordered)
  const otherForms = keyedForms(ordered)
  if (withoutProvides !== undefined) {
    const sdl = print(withoutProvides)
    otherForms.push((text) => ({ sdl, text }), ...keyedForms(withoutProvides))
  }
  return { planningSdl: print(ordered), otherForms, faultOf }
}

/** Introspection's types, and those that federation says with what stands where. */
const NOT_OF_CLIENTS = /^(__|join__|link__|core__)/

/** With few keys a plan is found soon; with all of them, some are found that are not without. */
function keyedForms(supergraph: DocumentNode): PlanningForm[] {
  return [false, true].map((hasAllKeys) => keyedForm(supergraph, { hasAllKeys }))
}

/**
 * The planner's consumer schema declares introspection's own types and root fields, which validateSchema refuses, and some
 * types of federation's; it names members of unions that are @inaccessible and so have no definition. It does not know
 * @defer.
 */
function consumerSchema(sdl: string): GraphQLSchema {
  const document = parse(sdl, { noLocation: true })
  const names = new Set(document.definitions.map((one) => ('name' in one ? one.name?.value : undefined)))
  const definitions: DefinitionNode[] = [DEFER_DEFINITION]
  for (const definition of document.definitions) {
    if ('name' in definition && NOT_OF_CLIENTS.test(definition.name?.value ?? '')) continue
    // Subgraphs may declare what they know of it; what clients are answered is ours.
    if (definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === DEFER) continue
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      const types = definition.types?.filter((type) => names.has(type.name.value)) ?? []
      definitions.push({ ...definition, types })
      continue
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) {
      definitions.push(definition)
      continue
    }
    const fields = definition.fields?.filter((field) => !field.name.value.startsWith('__')) ?? []
    definitions.push({ ...definition, fields })
  }
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValidSDL: true })
}

/**
 * The names and addresses in `enum join__Graph { A @join__graph(name: "a", url: "…") }` of a supergraph. Throws when the
 * text is none.
 */
export function subgraphsOf(sdl: string): SubgraphAddress[] {
  return subgraphsIn(parse(sdl, { noLocation: true }))
}

function subgraphsIn(document: DocumentNode): SubgraphAddress[] {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue
    return (definition.values ?? []).map((value) => {
      const found = new Map<string, string>()
      const directive = value.directives?.find((one) => one.name.value === 'join__graph')
      for (const argument of directive?.arguments ?? []) {
        if (argument.value.kind === Kind.STRING) found.set(argument.name.value, argument.value.value)
      }
      return { name: found.get('name') ?? value.name.value, url: found.get('url') ?? '' }
    })
  }
  throw new Error('This SDL is not a supergraph: it has no enum join__Graph.')
}

function hidingTypes(whole: GraphQLSchema, apiSchema: GraphQLSchema): ReadonlySet<string> {
  const abstract = Object.values(whole.getTypeMap()).filter(isAbstractType)
  const hiding = abstract.filter((type) =>
    whole.getPossibleTypes(type).some(({ name }) => apiSchema.getType(name) === undefined),
  )
  return new Set(hiding.map(({ name }) => name))
}
