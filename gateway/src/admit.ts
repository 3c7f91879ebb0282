import type { Principal } from '@lighthouse/contract/principal'
import { type Authenticate, type Credential, identify } from './credential.js'
import { createDocumentLimiter, type LimitDocument, limitVariables } from './limit.js'
import { createLimitTable, type LimitOptions, type LimitTable } from './limits.js'
import type { Asked } from './receive.js'

export interface DoorOptions {
  /** Absent: everybody is served, and subgraphs are told of no principal. */
  readonly authenticate?: Authenticate | undefined
  /** Beside the defaults of {@link LIMITS}. */
  readonly limits?: LimitOptions | undefined
}

/** What stands between a request and everything that it costs. */
export interface Door {
  readonly authenticate: Authenticate | undefined
  readonly limits: LimitTable
  readonly limitDocument: LimitDocument
}

export function createDoor({ authenticate, limits }: DoorOptions): Door {
  const table = createLimitTable(limits)
  return { authenticate, limits: table, limitDocument: createDocumentLimiter(table.most) }
}

/** An operation that may be looked at. */
export interface Admitted {
  readonly principal: Principal | undefined
}

/**
 * Lets an operation in: who calls, and is what is asked small enough to be looked at. Throws a Refusal otherwise. The
 * credential comes first, so that strangers learn nothing about the limits. Without anything asked only the credential
 * is looked at.
 */
export async function admit(
  credential: Credential | undefined,
  asked: Asked | undefined,
  door: Door,
): Promise<Admitted> {
  const principal = await identify(credential, door.authenticate)
  if (asked === undefined) return { principal }
  const limits = door.limits.of(principal)
  if (asked.query !== undefined) door.limitDocument(asked.query, limits)
  limitVariables(asked.variables, limits)
  return { principal }
}
