import type { PlanNode } from '@graphql-hive/router-query-planner'
import type { Names } from '../alias.js'
import type { Executable } from '../executable.js'
import type { Supergraph } from '../supergraph/supergraph.js'

/** What the parts of one operation are planned with. */
export interface PartPlanning {
  readonly supergraph: Supergraph
  /** Of the whole operation: a part reads what the portion around it was given. */
  readonly names: Names
  /** Plans a document from the root. */
  readonly ask: (text: string) => Promise<PlanNode | undefined>
  /** Plans one that begins at entries. */
  readonly askEntries: (text: string) => Promise<PlanNode | undefined>
  /** The portion without what its caller may not see. */
  readonly permitted: (executable: Executable) => Executable
}
