import type { Resolvers } from '@lighthouse/chassis/define'
import type { EntityResolvers } from '@lighthouse/chassis/entities'
import { coded } from '@lighthouse/chassis/errors'
import { mayActAs, permit } from '@lighthouse/chassis/permit'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Decision } from '@lighthouse/contract/decision'
import { decideBatch } from './batch.js'
import type { ValidationOutcome } from './batch.js'
import { decide } from './decide.js'
import type { House } from './decide.js'
import type { DecideRequest } from './decision.js'
import type { ValidationDecision } from './decision.js'
import type { Kept } from './decisions.js'
import { explain } from './explain/explain.js'
import type { Explanation } from './explain/explanation.js'
import { callKey } from './fingerprint.js'
import { recall } from './recall.js'
import { readRequest } from './request.js'

const MAX_LISTED = 500

export function resolvers(house: House): Resolvers {
  return {
    Query: {
      decision: (_source, { id }, scope) => decisionOf(house, scope, String(id)),
      decisions: (_source, args, scope) => list(house, scope, args),
      explain: (_source, { input }, scope) => explained(house, scope, input),
    },
    Mutation: {
      validateCommand: (_source, { input }, scope) => validate(house, scope, input),
      validateCommands: (_source, { inputs }, scope) => validateAll(house, scope, inputs as unknown[]),
    },
    Subscription: {
      decisionStream: {
        subscribe: (_source, _args, scope) => seenBy(house, scope),
        resolve: (decision) => decision,
      },
    },
    ValidationDecision: {
      agent: (source) => ({ id: (source as ValidationDecision).agentId }),
      explanation: (source, _args, scope) => explainedAgain(house, scope, source as ValidationDecision),
      rule: (source) => reference((source as ValidationDecision).ruleId),
      consultation: (source) => reference((source as ValidationDecision).consultationId),
    },
  }
}

export function entities(house: House): EntityResolvers<Scope> {
  return { ValidationDecision: (found, scope) => decisionOf(house, scope, String(found['id'])) }
}

function reference(id: string | null): { readonly id: string } | null {
  return id === null ? null : { id }
}

async function validate(house: House, scope: Scope, input: unknown): Promise<ValidationDecision> {
  const principal = permit(scope, 'GUEST', 'ask for a decision')
  const { call, requestId } = readRequest(input)
  const request = { call, principal, requestId }
  if (requestId === undefined) return decide(request, scope, house)
  const earlier = await earlierOf(house, scope, principal.agentId, requestId)
  if (earlier !== undefined) return same(earlier, request)
  const key = JSON.stringify([principal.agentId, requestId])
  const { value, led } = await house.requests.join(key, () => decide(request, scope, house))
  if (led) return value
  const kept = house.decisions.findRequest(principal.agentId, requestId)
  return kept === undefined ? value : same(kept, request)
}

function validateAll(house: House, scope: Scope, inputs: readonly unknown[]): Promise<ValidationOutcome[]> {
  permit(scope, 'GUEST', 'ask for decisions')
  return decideBatch(inputs, (input) => validate(house, scope, input), house.log)
}

function explained(house: House, scope: Scope, input: unknown): Promise<Explanation> {
  const principal = permit(scope, 'GUEST', 'ask for an explanation')
  return unfolded(() => explain({ ...readRequest(input), principal }, scope, house))
}

/** How the call of a decision would be decided now, as its own agent would ask. */
async function explainedAgain(
  house: House,
  scope: Scope,
  { id }: ValidationDecision,
): Promise<Explanation | null> {
  const request = house.decisions.findCall(id)
  return request === undefined ? null : unfolded(() => explain(request, scope, house))
}

async function unfolded(explaining: () => Promise<Explanation>): Promise<Explanation> {
  try {
    return await explaining()
  } catch (error) {
    if (error instanceof RangeError) throw coded('BAD_USER_INPUT', error.message)
    throw error
  }
}

/** The earlier decision of an idempotency key: asked through the request's loader, so that a batch asks once. */
function earlierOf(
  house: House,
  scope: Scope,
  agentId: string,
  requestId: string,
): Promise<Kept | undefined> {
  const batch = async (ids: readonly string[]) => ids.map((id) => house.decisions.findRequest(agentId, id))
  return scope.loads.of<string, Kept | undefined>('request', batch).load(requestId)
}

/** A requestId stands for one tool call: the decision of one is never given for another. */
function same(kept: Kept, request: DecideRequest): ValidationDecision {
  if (kept.toolCall === callKey(request.call)) return kept.decision
  throw coded(
    'BAD_USER_INPUT',
    `requestId ${String(request.requestId)} was used for another tool call; take a new one.`,
  )
}

/** Agents see their own decisions; system agents and administrators see all. */
function visibleTo(scope: Scope): (decision: ValidationDecision) => boolean {
  const { role, agentId } = permit(scope, 'GUEST', 'see decisions')
  return mayActAs(role, 'SYSTEM_AGENT') ? () => true : (decision) => decision.agentId === agentId
}

async function decisionOf(house: House, scope: Scope, id: string): Promise<ValidationDecision | null> {
  const visible = visibleTo(scope)
  const batch = (ids: readonly string[]) =>
    Promise.all(
      ids.map(async (one) => house.decisions.find(one) ?? (await recall(one, scope, house.events)) ?? null),
    )
  const found = await scope.loads.of<string, ValidationDecision | null>('decision', batch).load(id)
  return found !== null && visible(found) ? found : null
}

function list(house: House, scope: Scope, args: Record<string, unknown>): ValidationDecision[] {
  const visible = visibleTo(scope)
  const { last, decision, agentId } = args
  const asked = typeof agentId === 'string' ? agentId : undefined
  const { role, agentId: own } = permit(scope, 'GUEST', 'see decisions')
  const filter = {
    last: Math.min(MAX_LISTED, Math.max(0, typeof last === 'number' ? last : 50)),
    decision: (decision ?? undefined) as Decision | undefined,
    agentId: mayActAs(role, 'SYSTEM_AGENT') ? asked : own,
  }
  return house.decisions
    .list(filter)
    .filter((one) => visible(one) && (asked === undefined || one.agentId === asked))
}

async function* seenBy(house: House, scope: Scope): AsyncGenerator<ValidationDecision, void, undefined> {
  const visible = visibleTo(scope)
  for await (const decision of house.decisions.follow(scope.signal)) if (visible(decision)) yield decision
}
