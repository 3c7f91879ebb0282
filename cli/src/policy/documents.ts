import type { Operation } from '@lighthouse/client/documents'

export interface PolicyStatus {
  readonly version: string
  readonly fromFiles: boolean
  readonly filesVersion: string
  readonly ruleCount: number
  readonly failure: string | null
  readonly history: readonly {
    readonly number: number
    readonly kind: string
    readonly version: string | null
    readonly note: string
    readonly author: string
    readonly at: string
  }[]
  readonly canary: {
    readonly version: string
    readonly percentage: number
    readonly agents: readonly string[]
    readonly roles: readonly string[]
    readonly shadow: { readonly evaluated: number; readonly softer: number; readonly harder: number }
  } | null
}

const STATUS_FIELDS = `version fromFiles filesVersion ruleCount failure
    history { number kind version note author at }
    canary { version percentage agents roles shadow { evaluated softer harder } }`

export interface Draft {
  readonly version: string
  readonly rulesRebuilt: boolean
  readonly changes: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[]
}

export interface TestReport {
  readonly version: string
  readonly cases: number
  readonly passed: number
  readonly broken: number
  readonly failures: readonly {
    readonly subject: string
    readonly why: string
    readonly expected: string
    readonly got: string
    readonly isNew: boolean
  }[]
}

export interface DryRunPart {
  readonly calls: number
  readonly unanswered: number
  readonly changed: number
  readonly softer: number
  readonly harder: number
  readonly decisions: readonly {
    readonly tool: string
    readonly subject: string
    readonly agentId: string
    readonly before: string
    readonly after: string
    readonly rulesBefore: readonly string[]
    readonly rulesAfter: readonly string[]
    readonly count: number
  }[]
}

export interface DryRun {
  readonly version: string
  readonly against: string
  readonly notice: string | null
  readonly skipped: number
  readonly tookMs: number
  readonly cases: DryRunPart
  readonly requests: DryRunPart
}

type Query<Data, Variables> = Operation<Data, Variables>

export const STATUS: Query<{ readonly policy: PolicyStatus }, Record<string, never>> = {
  name: 'PolicyStatus',
  kind: 'query',
  text: `query PolicyStatus { policy { ${STATUS_FIELDS} } }`,
}

export const READ_VERSION: Query<{ readonly policyVersion: Draft | null }, { readonly version: string }> = {
  name: 'PolicyVersion',
  kind: 'query',
  text: `query PolicyVersion($version: ID!) {
  policyVersion(version: $version) { version rulesRebuilt changes { path before after } }
}`,
}

export const TEST: Query<{ readonly testPolicy: TestReport }, { readonly version: string }> = {
  name: 'TestPolicy',
  kind: 'query',
  text: `query TestPolicy($version: ID!) {
  testPolicy(version: $version) {
    version cases passed broken failures { subject why expected got isNew }
  }
}`,
}

const PART = `calls unanswered changed softer harder
      decisions { tool subject agentId before after rulesBefore rulesAfter count }`

export const DRY_RUN: Query<
  { readonly dryRunPolicy: DryRun },
  { readonly version: string; readonly last: number }
> = {
  name: 'DryRunPolicy',
  kind: 'query',
  text: `query DryRunPolicy($version: ID!, $last: Int!) {
  dryRunPolicy(version: $version, last: $last) {
    version against notice skipped tookMs
    cases { ${PART} }
    requests { ${PART} }
  }
}`,
}

interface PolicyChange {
  readonly policy: PolicyStatus
}

export const PUBLISH: Query<PolicyChange, { readonly input: object }> = {
  name: 'PublishPolicy',
  kind: 'mutation',
  text: `mutation PublishPolicy($input: PublishPolicyInput!) { policy: publishPolicy(input: $input) { ${STATUS_FIELDS} } }`,
}

export const CANARY: Query<PolicyChange, { readonly input: object }> = {
  name: 'StartPolicyCanary',
  kind: 'mutation',
  text: `mutation StartPolicyCanary($input: PolicyCanaryInput!) { policy: startPolicyCanary(input: $input) { ${STATUS_FIELDS} } }`,
}

export const STOP_CANARY: Query<PolicyChange, { readonly note?: string }> = {
  name: 'StopPolicyCanary',
  kind: 'mutation',
  text: `mutation StopPolicyCanary($note: String) { policy: stopPolicyCanary(note: $note) { ${STATUS_FIELDS} } }`,
}

export const ROLLBACK: Query<PolicyChange, { readonly input: object }> = {
  name: 'RollbackPolicy',
  kind: 'mutation',
  text: `mutation RollbackPolicy($input: RollbackPolicyInput) { policy: rollbackPolicy(input: $input) { ${STATUS_FIELDS} } }`,
}
