import type { EntityResolvers } from '@lighthouse/chassis/entities'
import type { Resolvers } from '@lighthouse/chassis/define'
import { permit } from '@lighthouse/chassis/permit'
import type { Scope } from '@lighthouse/chassis/scope'

import { consult, type House } from './consult.js'
import type { Consultation, Vote } from './consultations.js'
import type { ConsultInput } from './question.js'
import { readQuestion } from './question.js'
import type { Standing } from './registry.js'

const MAX_LISTED = 200

/** What the subgraph answers with. Experts and consultations are found through the request's loaders. */
export function resolvers(house: House): Resolvers {
  const { registry, consultations } = house
  return {
    Query: {
      experts: () => registry.list().map(toExpert),
      expert: (_source, { id }, scope) => expertOf(house, scope, String(id)),
      consultation: (_source, { id }, scope) => consultationOf(house, scope, String(id)),
      consultations: (_source, { last }) =>
        consultations.last(Math.min(MAX_LISTED, Math.max(0, typeof last === 'number' ? last : 50))),
    },
    Mutation: {
      consult: (_source, { input }, scope) => {
        permit(scope, 'SYSTEM_AGENT', 'ask experts')
        return consult(readQuestion(input as ConsultInput), scope, house)
      },
    },
    Vote: {
      expert: (source, _args, scope) => expertOf(house, scope, (source as Vote).expertId),
    },
  }
}

export function entities(house: House): EntityResolvers<Scope> {
  return {
    Expert: ({ id }, scope) => expertOf(house, scope, String(id)),
    Consultation: ({ id }, scope) => consultationOf(house, scope, String(id)),
  }
}

function expertOf(house: House, scope: Scope, id: string) {
  const loader = scope.loads.of<string, ReturnType<typeof toExpert> | null>('expert', async (ids) =>
    ids.map((one) => {
      const found = house.registry.find(one)
      return found ? toExpert(found) : null
    }),
  )
  return loader.load(id)
}

function consultationOf(house: House, scope: Scope, id: string): Promise<Consultation | null> {
  const loader = scope.loads.of<string, Consultation | null>('consultation', async (ids) =>
    ids.map((one) => house.consultations.find(one) ?? null),
  )
  return loader.load(id)
}

function toExpert({ expert, ...standing }: Standing) {
  const { id, name, kind, capabilities, maxConcurrent } = expert
  return { id, name, kind, capabilities, maxConcurrent, ...standing }
}
