/** Every type of event that the log takes. An unknown type is refused, never stored as something else. */
export const EVENT_TYPES = [
  'SYSTEM_STARTED',
  'SYSTEM_SHUTDOWN',
  'AGENT_REGISTERED',
  'AGENT_SESSION_STARTED',
  'AGENT_SESSION_ENDED',
  'AUTH_FAILURE',
  'COMMAND_RECEIVED',
  'COMMAND_EXECUTED',
  'COMMAND_FAILED',
  'VALIDATION_DECISION_MADE',
  'VALIDATION_ESCALATED_TO_EXPERT',
  'EXPERT_REGISTERED',
  'EXPERT_AGENT_SUMMONED',
  'EXPERT_AGENT_RESPONDED',
  'FILE_CREATED',
  'FILE_MODIFIED',
  'FILE_DELETED',
  'POLICY_DRAFTED',
  'POLICY_PUBLISHED',
  'POLICY_CANARY_STARTED',
  'POLICY_CANARY_ENDED',
  'POLICY_ROLLED_BACK',
  'FLAG_CHANGED',
  'SLA_VIOLATED',
  'SLA_RESOLVED',
  'ROLLBACK_STARTED',
  'ROLLBACK_COMPLETED',
  'BASELINE_ESTABLISHED',
  'REGRESSION_DETECTED',
  'DEGRADATION_TRIGGERED',
  'RECOVERY_COMPLETED',
  'CUSTOM',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

/** Types by which Lighthouse itself is changed: whoever appends them takes role SYSTEM_AGENT or above. */
export const GOVERNING_EVENT_TYPES: ReadonlySet<string> = new Set<EventType>([
  'POLICY_DRAFTED',
  'POLICY_PUBLISHED',
  'POLICY_CANARY_STARTED',
  'POLICY_CANARY_ENDED',
  'POLICY_ROLLED_BACK',
  'FLAG_CHANGED',
])

/** What those events are about: nobody below SYSTEM_AGENT appends any event under an id that begins so. */
export const GOVERNING_AGGREGATES = ['policy:', 'policy-version:', 'policy-wasm:', 'flag:'] as const
