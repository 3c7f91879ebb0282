import { randomHex } from './random-hex.js'

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NOTHING = /^0+$/
const MAX_STATE_CHARACTERS = 512

/** Which trace an operation belongs to. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** The caller's span, 16 hex digits; undefined for a trace that begins here. */
  readonly parentId: string | undefined
  /** The caller records it; true for a trace that begins here. */
  readonly isSampled: boolean
  /** The `tracestate` header. */
  readonly state: string | undefined
}

/** Reads W3C's traceparent and tracestate; a new trace when the first is absent or ill formed. */
export function traceOf(traceparent: string | undefined, tracestate: string | undefined): TraceContext {
  if (traceparent === undefined) return newTrace()
  const [, version, traceId = '0', parentId = '0', flags = '', more] = TRACEPARENT.exec(traceparent) ?? []
  // Later versions may say more behind what the first says, and there is none called ff.
  const isMalformed = version === 'ff' || (version === '00' && more !== undefined)
  if (isMalformed || NOTHING.test(traceId) || NOTHING.test(parentId)) {
    return newTrace()
  }
  const state = (tracestate?.length ?? 0) > MAX_STATE_CHARACTERS ? undefined : tracestate
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1, state }
}

function newTrace(): TraceContext {
  return { traceId: randomHex(16), parentId: undefined, isSampled: true, state: undefined }
}
