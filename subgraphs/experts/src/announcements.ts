import type { EventType } from '@lighthouse/contract/event-types'

import type { Consultation } from './consultations.js'
import { redactText } from './experts/redact.js'
import type { Reply } from './gather.js'
import type { Question } from './question.js'

/** An event of one consultation, to be kept in the log. */
export interface Announcement {
  readonly type: Extract<EventType, 'EXPERT_AGENT_SUMMONED' | 'EXPERT_AGENT_RESPONDED'>
  readonly aggregateId: string
  readonly aggregateType: 'consultation'
  readonly correlationId: string
  readonly data: Readonly<Record<string, unknown>>
}

/** An expert is being asked. The tool's input is not part of it: the decision's own event holds what is to be kept. */
export function summoned(opened: Consultation, expertId: string, question: Question): Announcement {
  const { toolName, riskLevel, agentId, concerns } = question
  return about(opened, 'EXPERT_AGENT_SUMMONED', {
    expertId,
    toolName,
    riskLevel,
    agentId,
    concerns: concerns.map(redactText),
    deadlineAt: new Date(opened.deadlineAt).toISOString(),
  })
}

/** An expert answered, in time or late, with a verdict or without. */
export function responded(opened: Consultation, reply: Reply, late: boolean): Announcement {
  const { vote, none, usage, ms, expertId } = reply
  const { decision, confidence, reasoning } = vote ?? {}
  return about(opened, 'EXPERT_AGENT_RESPONDED', {
    expertId,
    decision,
    confidence,
    reasoning,
    none,
    ms,
    late,
    usage,
  })
}

function about(opened: Consultation, type: Announcement['type'], data: Announcement['data']): Announcement {
  return {
    type,
    aggregateId: opened.id,
    aggregateType: 'consultation',
    correlationId: opened.requestId,
    data,
  }
}
