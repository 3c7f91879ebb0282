import { DECISIONS, type Decision, TIERS, type Tier } from '@lighthouse/contract/decision'

/** The decisions view's part of the URL. */
export interface DecisionsSearch {
  /** Which decisions are shown; all when absent. */
  readonly only?: Decision
  readonly tier?: Tier
  readonly agent?: string
  /** Text that the subject or the reason must contain. */
  readonly q?: string
  /** The decision whose details are open. */
  readonly id?: string
}

function word(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** Reads the view's part of a URL; what is not understood is as if absent. */
export function readDecisionsSearch(raw: Readonly<Record<string, unknown>>): DecisionsSearch {
  const only = DECISIONS.find((decision) => decision === raw['only'])
  const tier = TIERS.find((name) => name === raw['tier'])
  const agent = word(raw['agent'])
  const q = word(raw['q'])
  const id = word(raw['id'])
  return {
    ...(only === undefined ? {} : { only }),
    ...(tier === undefined ? {} : { tier }),
    ...(agent === undefined ? {} : { agent }),
    ...(q === undefined ? {} : { q }),
    ...(id === undefined ? {} : { id }),
  }
}

interface Filterable {
  readonly decision: Decision
  readonly tier: Tier
  readonly subject: string
  readonly reason: string
  readonly agent: { readonly id: string }
}

/** Whether a decision is among those that the URL asks for. */
export function isAsked(decision: Filterable, search: DecisionsSearch): boolean {
  const text = search.q?.toLowerCase()
  return (
    (search.only === undefined || decision.decision === search.only) &&
    (search.tier === undefined || decision.tier === search.tier) &&
    (search.agent === undefined || decision.agent.id === search.agent) &&
    (text === undefined ||
      decision.subject.toLowerCase().includes(text) ||
      decision.reason.toLowerCase().includes(text))
  )
}
