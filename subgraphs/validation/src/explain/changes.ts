import { AGENT_ROLES } from '@lighthouse/contract/principal'
import type { Principal } from '@lighthouse/contract/principal'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { isUnanswered } from '@lighthouse/policy/engine/over-server'
import type { Verdict } from '@lighthouse/policy/engine/evaluate'
import type { DecideRequest } from '../decision.js'
import type { Span } from '../shell/findings.js'
import { mayAllow, mayAsk } from '../obligations.js'
import { inputFor } from '../tiers/policy.js'
import { commandOf, understand } from '../understand.js'
import type { ToolCall } from '../understand.js'
import type { Change } from './explanation.js'

/** Most stretches of a command that are tried without. */
const MAX_SPANS = 8
const MAX_QUOTED = 80

/**
 * What would change the rules' decision: leaving out a command (tried, by putting `:` in its place and judging anew),
 * asking in another role, or an expert. At most a few dozen evaluations, none of them counted.
 */
export async function findChanges(
  request: DecideRequest,
  verdict: Verdict,
  engine: Pick<Engine, 'examine' | 'consider'>,
): Promise<Change[]> {
  if (verdict.decision === 'ALLOW') return []
  const decide = async (call: ToolCall, principal: Principal) => {
    const input = inputFor({ call, principal, understanding: understand(call) })
    const found = engine.consider === undefined ? engine.examine(input) : await engine.consider(input)
    return isUnanswered(found) ? undefined : found.decision
  }
  const found = await Promise.all([
    withoutCommands(request, verdict, decide),
    inOtherRoles(request, decide),
    byExperts(verdict),
  ])
  return found.flat().filter((change): change is Change => isChange(change, verdict))
}

/** What a change would lead to; undefined when the server that judges gave no answer. */
type Decide = (call: ToolCall, principal: Principal) => Promise<Verdict['decision'] | undefined>

type Tried = Omit<Change, 'decision'> & { readonly decision: Change['decision'] | undefined }

function isChange({ decision }: Tried, verdict: Verdict): boolean {
  return decision !== undefined && decision !== verdict.decision
}

async function withoutCommands(
  { call, principal }: DecideRequest,
  { rules }: Verdict,
  decide: Decide,
): Promise<Tried[]> {
  const command = commandOf(call)
  if (command === undefined) return []
  const spans = distinct(rules.flatMap(({ span }) => (span === undefined ? [] : [span])))
  // Without its only command there is nothing to ask about.
  const useful = spans.filter(({ start, end }) => end - start < command.trim().length)
  const without = (gone: readonly Span[]): ToolCall => ({
    ...call,
    toolInput: { ...call.toolInput, command: blanked(command, gone) },
  })
  const single = await Promise.all(
    useful.map(async (span) => ({
      what: `without ${quoted(command, span)}`,
      decision: await decide(without([span]), principal),
      span,
    })),
  )
  if (useful.length < 2 || single.some(({ decision }) => decision === 'ALLOW')) return single
  const all = await decide(without(useful), principal)
  return [...single, { what: `without any of these ${useful.length}`, decision: all, span: undefined }]
}

function distinct(spans: readonly Span[]): Span[] {
  const byStart = new Map(spans.map((span) => [`${span.start} ${span.end}`, span]))
  return [...byStart.values()].slice(0, MAX_SPANS)
}

/** The command with `:`, which does nothing, where the stretches were. Later ones first, so that positions hold. */
function blanked(command: string, spans: readonly Span[]): string {
  return [...spans]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => `${text.slice(0, start)}:${text.slice(end)}`, command)
}

function quoted(command: string, { start, end }: Span): string {
  const text = command.slice(start, end)
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)
}

function inOtherRoles({ call, principal }: DecideRequest, decide: Decide): Promise<Tried[]> {
  const others = AGENT_ROLES.filter((role) => role !== principal.role)
  return Promise.all(
    others.map(async (role) => ({
      what: `asked by an agent of role ${role}`,
      decision: await decide(call, { ...principal, role }),
      span: undefined,
    })),
  )
}

function byExperts(verdict: Verdict): Change[] {
  if (verdict.decision !== 'ESCALATE' || !mayAllow(verdict.riskLevel) || !mayAsk(verdict)) return []
  return [{ what: 'when an expert says that it may run', decision: 'ALLOW', span: undefined }]
}
