import { readFileSync } from 'node:fs'

import { defineSubgraph, type Subgraph } from '@lighthouse/chassis/define'
import { type Log, QUIET } from '@lighthouse/chassis/log'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'

import { createAnnouncer } from './announce.js'
import { createDesk } from './assign.js'
import { createConsultations } from './consultations.js'
import type { Expert } from './experts/expert.js'
import type { LlmOptions } from './experts/llm.js'
import type { Script } from './experts/script.js'
import { createScripted, loadScript } from './experts/scripted.js'
import { createRegistry } from './registry.js'
import { entities, resolvers } from './resolvers.js'

export interface ExpertsOptions {
  /** Where consultations are kept as events; without it they live in memory only. */
  readonly events?: SubgraphTransport | undefined
  /** A model to ask where the script has no rule; without it only the script answers. */
  readonly openai?: Omit<LlmOptions, 'log'> | undefined
  /** A script, or the file that holds one; the shipped one when absent. */
  readonly script?: Script | string | undefined
  /** Further experts. */
  readonly experts?: readonly Expert[]
  readonly log?: Log
}

const SDL = new URL('../schema.graphql', import.meta.url)

/**
 * The experts subgraph. The script is asked first: a rule of it settles the matter, so that its BLOCK always wins and a
 * model is neither paid nor told what a rule knows. Where it has no rule the model is asked; where that cannot tell,
 * the script's `otherwise` holds, which is never ALLOW. Throws when the script is refused.
 */
export async function createExperts(options: ExpertsOptions = {}): Promise<Subgraph> {
  const { events, openai, script, experts = [], log = QUIET } = options
  const registry = createRegistry()
  registry.register(createScripted(typeof script === 'object' ? script : loadScript(script)))
  if (openai) {
    // The SDK takes memory and start-up time that who has no model need not pay.
    const { createLlm } = await import('./experts/llm.js')
    registry.register(createLlm({ ...openai, log }))
  }
  for (const expert of experts) registry.register(expert)
  const announcer = createAnnouncer(events, log)
  const house = {
    registry,
    desk: createDesk(),
    consultations: createConsultations(),
    announcer,
    now: Date.now,
  }
  return defineSubgraph({
    name: 'experts',
    typeDefs: readFileSync(SDL, 'utf8'),
    resolvers: resolvers(house),
    entities: entities(house),
    log,
    close: async () => announcer[Symbol.asyncDispose](),
  })
}
