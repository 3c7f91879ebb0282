import type { PlanNode } from '@graphql-hive/router-query-planner'
import type { Executable } from '../executable.js'
import type { Supergraph } from '../supergraph/supergraph.js'

/** What the parts of one operation are planned with. */
export interface PartPlanning {
  readonly supergraph: Supergraph
  /** Plans a document from the root. */
  readonly ask: (text: string) => Promise<PlanNode | undefined>
  /** Plans one that begins at entries. */
  readonly askEntries: (text: string) => Promise<PlanNode | undefined>
  /** The portion without what its caller may not see. */
  readonly permitted: (executable: Executable) => Executable
}
