import type {
  BatchFetchNode,
  FetchNode,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'
import type { Lookup, Request, Require, Rewrite, Segment, Step, Way } from '../fetch/step.js'

/** The name of the `_entities` field in fetches that are not batched. */
const ENTITIES = '_entities'

/** Turns the planner's tree into steps: ways and rewrites are normalised once instead of for every request. */
export function readPlan(node: PlanNode, way: Way = []): Step {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map((inner) => readPlan(inner, way)) }
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map((inner) => readPlan(inner, way)) }
    case 'Flatten':
      return readPlan(node.node, [...way, ...segments(node.path)])
    case 'Condition':
      throw new Error('The planner made a Condition node, though conditions were decided before.')
    case 'Fetch':
      return fetchStep(node, way)
    case 'BatchFetch':
      return batchStep(node, way)
    case 'Subscription':
      return { kind: 'subscription', request: request(node.primary) }
    case 'Defer':
      throw new Error('The planner made a Defer node, which nothing asked for.')
  }
}

function fetchStep(node: FetchNode, way: Way): Step {
  if (node.requires === undefined || node.requires === null || node.requires.length === 0) {
    return { kind: 'root', request: request(node), way }
  }
  const { renames, ...asking } = request(node)
  return {
    kind: 'entities',
    request: { ...asking, renames: [] },
    lookups: [
      {
        alias: ENTITIES,
        variable: 'representations',
        ways: [way],
        ...asked(node.requires, node.inputRewrites),
        renames: renames.map((rename) => withoutHead(rename, ENTITIES)),
      },
    ],
  }
}

function batchStep(node: BatchFetchNode, way: Way): Step {
  return {
    kind: 'entities',
    request: request(node),
    lookups: node.entityBatch.aliases.map((one) => ({
      alias: one.alias,
      variable: one.representationsVariableName,
      ways: one.paths.map((path) => [...way, ...segments(path)]),
      ...asked(one.requires, one.inputRewrites),
      renames: rewrites(one.outputRewrites).map((rename) => withoutHead(rename, one.alias)),
    })),
  }
}

/**
 * What a lookup needs of its places. Where the planner asks an @interfaceObject subgraph for several object types, it
 * forgets the others for which the interface's own fields were selected too: all of the interface are asked for. What
 * that gives too much is not in the client's selection.
 */
function asked(
  from: readonly RequiresSelection[],
  inputRewrites: readonly FetchRewrite[] | undefined,
): Pick<Lookup, 'requires' | 'sets'> {
  const needs = requires(from)
  const sets = rewrites(inputRewrites)
  const [set, ...others] = sets
  const [first] = needs
  const whole = set?.way.length === 1 && typeof set.way[0] === 'object' ? set.way[0].types : []
  if (
    set === undefined ||
    others.length > 0 ||
    whole.length !== 1 ||
    whole[0] !== set.to ||
    first?.kind !== 'on'
  )
    return { requires: needs, sets }
  const inner = JSON.stringify(first.inner)
  if (needs.length < 2 || needs.some((one) => JSON.stringify(one.inner) !== inner))
    return { requires: needs, sets }
  return { requires: [{ ...first, type: set.to }], sets }
}

/** Renames of a lookup apply to the list under its alias, however the planner began their way. */
function withoutHead(rename: Rewrite, alias: string): Rewrite {
  const [head, ...rest] = rename.way
  return head === alias || head === ENTITIES ? { ...rename, way: rest } : rename
}

function request(node: FetchNode | BatchFetchNode): Request {
  return {
    subgraph: node.serviceName,
    query: node.operation,
    type: node.operationKind ?? 'query',
    variables: node.variableUsages ?? [],
    renames: 'entityBatch' in node ? [] : rewrites(node.outputRewrites),
  }
}

/** Lists are walked through wherever they come, so that their marks are left out. */
function segments(path: readonly FlattenNodePathSegment[]): Segment[] {
  return path.flatMap((one) => {
    if (one === '@') return []
    return [typeof one === 'object' && 'Field' in one ? one.Field : { types: one.TypeCondition }]
  })
}

function requires(selections: readonly RequiresSelection[] | undefined | null): readonly Require[] {
  return (selections ?? []).map((selection): Require => {
    if (selection.kind === 'Field') {
      // `price: _internal_qp_alias_0` reads the fetched alias and writes the field's own name.
      return {
        kind: 'field',
        read: selection.name,
        write: selection.alias ?? selection.name,
        inner: requires(selection.selections),
      }
    }
    if (selection.kind === 'InlineFragment') {
      return { kind: 'on', type: selection.typeCondition, inner: requires(selection.selections) }
    }
    throw new Error('The planner required a fragment spread, which has no definition in a plan.')
  })
}

function rewrites(from: readonly FetchRewrite[] | undefined | null): readonly Rewrite[] {
  return (from ?? []).map((one): Rewrite => {
    const body = 'KeyRenamer' in one ? one.KeyRenamer : 'ValueSetter' in one ? one.ValueSetter : one
    const way = body.path.map((part) => ('Key' in part ? part.Key : { types: part.TypenameEquals }))
    const key = way.pop()
    if (typeof key !== 'string') throw new Error('A rewrite of the plan does not end in a key.')
    return { way, key, to: 'renameKeyTo' in body ? body.renameKeyTo : body.setValueTo }
  })
}
