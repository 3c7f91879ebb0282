import type { PlanNode } from '@graphql-hive/router-query-planner'
import type { DocumentNode } from 'graphql'
import type { Step } from '../fetch/step.js'
import type { Supergraph } from '../supergraph/supergraph.js'
import { mendSteps } from './mend-steps.js'
import { readPlan } from './read-plan.js'
import { tellApart } from './tell-apart.js'
import { widenLookups } from './widen-lookups.js'
import { withinMembers } from './within-members.js'

/**
 * What the planner (0.0.38) answered, as steps that subgraphs answer rightly: what it is known to get wrong is put right
 * here, and nowhere else. `planned` is the document that it was asked about. Undefined when nothing is left to ask for.
 */
export function stepsOf(
  node: PlanNode,
  { types, members }: Pick<Supergraph, 'types' | 'members'>,
  planned: DocumentNode,
): Step | undefined {
  const widened = widenLookups(readPlan(node), planned)
  const mended = tellApart(mendSteps(widened, types), types)
  return members === undefined ? mended : withinMembers(mended, { members, types })
}
