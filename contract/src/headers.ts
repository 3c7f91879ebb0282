/** Every HTTP header that Lighthouse reads or writes beside the standard ones, in lower case. */
export const HEADERS = {
  /** Names one request in logs, errors and rows; echoed in the answer. Taken from the caller when well formed. */
  requestId: 'x-lighthouse-request-id',
  /** W3C trace context. */
  traceparent: 'traceparent',
  /** What other vendors say of the same trace; passed on as it came. */
  tracestate: 'tracestate',
  /** Milliseconds since the epoch at which the client submitted the request: the start of the `submit` stop. */
  submittedAt: 'x-lighthouse-submitted-at',
  /** `1` asks that the stops of this request are recorded whatever the sampling says. */
  walk: 'x-lighthouse-walk',
  /** Name and version of the calling program, `name/version`. */
  client: 'x-lighthouse-client',
  /** Gateway → subgraph: who the caller is (see principal.ts). */
  principal: 'x-lighthouse-principal',
  /** Gateway → subgraph: that this request is the gateway's, made now, for this principal (see principal.ts). */
  signature: 'x-lighthouse-signature',
  /** Gateway → subgraph: milliseconds that are left for the answer. */
  deadlineMs: 'x-lighthouse-deadline-ms',
} as const

export type HeaderName = (typeof HEADERS)[keyof typeof HEADERS]
