/**
 * The stops of one request, in the order in which it passes them. The same word is the file, the function,
 * the span, the ClickHouse enum value and the label in the console.
 */
export const STOPS = [
  'submit',
  'receive',
  'admit',
  'plan',
  'fetch',
  'load',
  'fingerprint',
  'memory',
  'policy',
  'pattern',
  'redis',
  'expert',
  'remember',
  'append',
  'shape',
  'record',
  'store',
  'tap',
  'relay',
  'show',
] as const

export type Stop = (typeof STOPS)[number]

/** Where each stop's code lives, relative to the repository. ARCHITECTURE's walk is checked against this table. */
export const STOP_FILES = {
  submit: 'client/src/submit.ts',
  receive: 'gateway/src/receive.ts',
  admit: 'gateway/src/admit.ts',
  plan: 'gateway/src/plan.ts',
  fetch: 'gateway/src/fetch/fetch.ts',
  load: 'subgraphs/chassis/src/load.ts',
  fingerprint: 'subgraphs/validation/src/fingerprint.ts',
  memory: 'subgraphs/validation/src/tiers/memory.ts',
  policy: 'subgraphs/validation/src/tiers/policy.ts',
  pattern: 'subgraphs/validation/src/tiers/pattern.ts',
  redis: 'subgraphs/validation/src/tiers/redis.ts',
  expert: 'subgraphs/validation/src/tiers/expert.ts',
  remember: 'subgraphs/validation/src/remember.ts',
  append: 'subgraphs/events/src/append.ts',
  shape: 'gateway/src/shape.ts',
  record: 'analytics/src/recorder/record.ts',
  store: 'analytics/src/store/store.ts',
  tap: 'analytics/src/live/tap.ts',
  relay: 'gateway/src/subscribe/relay.ts',
  show: 'web/src/live/show.ts',
} as const satisfies Record<Stop, string>
