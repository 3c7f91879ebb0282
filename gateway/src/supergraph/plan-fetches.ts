import type {
  BatchFetchNode,
  FetchNode,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'

/** How the fetches of a plan are changed. */
export interface FetchChanges {
  readonly service: (name: string) => string
  readonly operation: (text: string) => string
  readonly requires: (selections: RequiresSelection[]) => RequiresSelection[]
}

/** The same plan with all its fetches changed. */
export function withFetches(node: PlanNode, changes: FetchChanges): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((one) => withFetches(one, changes)) }
    case 'Flatten':
      return { ...node, node: withFetches(node.node, changes) }
    case 'Fetch':
      return fetch(node, changes)
    case 'BatchFetch':
      return batch(node, changes)
    case 'Subscription':
      return { ...node, primary: fetch(node.primary, changes) }
    default:
      return node
  }
}

function fetch(node: FetchNode, { service, operation, requires }: FetchChanges): FetchNode {
  const own = { serviceName: service(node.serviceName), operation: operation(node.operation) }
  return { ...node, ...own, ...(node.requires ? { requires: requires(node.requires) } : {}) }
}

function batch(node: BatchFetchNode, { service, operation, requires }: FetchChanges): BatchFetchNode {
  const aliases = node.entityBatch.aliases.map((one) => ({ ...one, requires: requires(one.requires) }))
  const own = { serviceName: service(node.serviceName), operation: operation(node.operation) }
  return { ...node, ...own, entityBatch: { aliases } }
}
