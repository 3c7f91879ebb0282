import type { Principal } from '@lighthouse/contract/principal'
import { createIdentification, type Identification } from './authenticate/identification.js'
import { KeySets } from './authenticate/key-sets.js'
import { type AuthenticationInput, authenticationSection } from './authenticate/settings.js'
import { type AuthorizationInput, authorizationSection } from './authorize/settings.js'
import { type Authenticate, type Credential, identify } from './credential.js'
import { createDocumentLimiter, type LimitDocument, limitVariables } from './limit.js'
import { createLimitTable, type LimitOptions, type LimitTable } from './limits.js'
import { createModeOf, type Documents, type ModeOf, type ModeOptions } from './persisted/documents.js'
import { type Recalled, recall } from './persisted/recall.js'
import type { Asked } from './receive.js'

export interface DoorOptions {
  /** Which documents may run. */
  readonly operations?: ModeOptions | undefined
  /** Knows keys and sessions. Without it and `authentication` everybody is served, and subgraphs are told of no principal. */
  readonly authenticate?: Authenticate | undefined
  /** Whose tokens are accepted beside keys. */
  readonly authentication?: AuthenticationInput | undefined
  /** How what the supergraph demands of callers is enforced; it always is. */
  readonly authorization?: AuthorizationInput | undefined
  /** Beside the defaults of {@link LIMITS}. */
  readonly limits?: LimitOptions | undefined
}

/** What stands between a request and everything that it costs. */
export interface Door {
  readonly identification: Identification
  readonly limits: LimitTable
  readonly limitDocument: LimitDocument
  readonly documents: Documents
  readonly modeOf: ModeOf
}

/** Throws when its documents are to be enforced and none are trusted. */
export function createDoor(
  { authenticate, authentication, authorization = {}, limits, operations = {} }: DoorOptions,
  documents: Documents,
  keySets = new KeySets(),
): Door {
  const table = createLimitTable(limits)
  return {
    identification: createIdentification({
      authenticate,
      authentication: authentication && authenticationSection.parse(authentication),
      claims: authorizationSection.parse(authorization),
      keySets,
    }),
    limits: table,
    limitDocument: createDocumentLimiter(table.most),
    documents,
    modeOf: createModeOf(operations, documents.trusted),
  }
}

/** An operation that may be looked at. */
export interface Admitted {
  readonly principal: Principal | undefined
  /** The document's text, also where the request only named it. */
  readonly query: string | undefined
}

/**
 * Lets an operation in: who calls, which document is meant, may it run, and is it small enough to be looked at. Throws a
 * Refusal otherwise. The credential comes first, so that strangers learn nothing. Without anything asked only the
 * credential is looked at.
 */
export function admit(
  credential: Credential | undefined,
  asked: Asked | undefined,
  door: Door,
): Admitted | Promise<Admitted> {
  const principal = identify(credential, door.identification)
  return principal === undefined
    ? letIn(undefined, asked, door)
    : principal.then((known) => letIn(known, asked, door))
}

function letIn(
  principal: Principal | undefined,
  asked: Asked | undefined,
  door: Door,
): Admitted | Promise<Admitted> {
  if (asked === undefined) return { principal, query: undefined }
  const recalled = recall(asked, door.documents, door.modeOf(principal))
  return recalled instanceof Promise
    ? recalled.then((found) => limited(found, principal, asked, door))
    : limited(recalled, principal, asked, door)
}

function limited(
  { query, trusted, register }: Recalled,
  principal: Principal | undefined,
  asked: Asked,
  door: Door,
): Admitted {
  const limits = door.limits.of(principal)
  if (query !== undefined && !trusted) door.limitDocument(query, limits)
  limitVariables(asked.variables, limits)
  register?.()
  return { principal, query }
}
