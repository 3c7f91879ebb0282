import * as z from 'zod'

const ms = (most: number) => z.int().min(1).max(most)
const percent = z.number().min(0).max(100)
const HOUR_MS = 3_600_000

/** Headers that belong to one connection, to the body, or to our own signature: never passed on in either direction. */
const OURS =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-(length|type|encoding)|accept-encoding|expect|traceparent|tracestate|x-lighthouse-.*)$/

/** One line of visible characters (RFC 9110, section 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no header name')
  .toLowerCase()
  .refine((name) => !OURS.test(name), 'cannot be passed on')

const retry = z.strictObject({
  attempts: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe('Times that a query is sent at most, the first included.'),
  budgetPercent: percent
    .default(20)
    .describe('Retries in percent of ordinary requests; some are saved for bursts.'),
  minDelayMs: z
    .int()
    .min(0)
    .max(HOUR_MS)
    .default(25)
    .describe('Longest wait before the first retry; doubled for each.'),
  maxDelayMs: z.int().min(0).max(HOUR_MS).default(500).describe('Longest wait before any retry.'),
})

const breaker = z.strictObject({
  failurePercent: percent.min(1).default(50).describe('Share of failed calls from which it opens.'),
  windowCalls: z.int().min(1).max(10_000).default(50).describe('Calls that the share is taken of.'),
  minCalls: z.int().min(1).max(10_000).default(10).describe('Calls before it may open.'),
  openMs: ms(HOUR_MS).default(1_000).describe('How long it stays open before one call tries.'),
})

const hedge = z.strictObject({
  percentile: percent.default(95).describe('Percentile of measured times after which a query is sent again.'),
  maxPercent: percent.default(5).describe('Share of queries that may be sent twice.'),
  minDelayMs: z.int().min(0).max(HOUR_MS).default(10).describe('Never sooner than this.'),
})

/** How one subgraph is called. Everything has a default; the same shape stands for all subgraphs and for one. */
export const trafficShape = z.strictObject({
  url: z.string().optional().describe('Where it answers, when not where the supergraph says.'),
  timeoutMs: ms(HOUR_MS).default(30_000).describe('From sending to the last byte, each attempt.'),
  connections: z.int().min(1).max(10_000).default(64).describe('Connections that are kept.'),
  maxWaiting: z.int().min(0).max(100_000).default(1_000).describe('Calls that may wait for a connection.'),
  maxAnswerBytes: z.int().min(1).max(1_073_741_824).default(16_777_216).describe('Largest answer.'),
  compression: z.boolean().default(false).describe('Answers may come compressed.'),
  keepAliveMs: ms(HOUR_MS).default(30_000).describe('How long an idle connection is kept.'),
  deduplicate: z.boolean().default(true).describe('Equal queries under way share one request.'),
  retry: z
    .union([z.literal(false), retry])
    .default(retry.parse({}))
    .describe('`false`: never. Mutations never are.'),
  breaker: z
    .union([z.literal(false), breaker])
    .default(breaker.parse({}))
    .describe('`false`: none.'),
  hedge: z
    .union([z.literal(false), hedge])
    .default(false)
    .describe('Off unless it is set; `{}` takes defaults.'),
  forwardHeaders: z.array(headerName).default([]).describe("The client's headers that the subgraph is sent."),
  headers: z
    .record(headerName, z.string().regex(HEADER_VALUE, 'is no value of a header'))
    .default({})
    .describe('Headers of our own that the subgraph is sent, in place of those of the client.'),
  returnHeaders: z.array(headerName).default([]).describe("The subgraph's headers that the client is sent."),
})

export type TrafficSettings = Readonly<z.output<typeof trafficShape>>
export type TrafficInput = Readonly<z.input<typeof trafficShape>>

/** What a configuration file says under `traffic`. */
export const trafficSection = z.strictObject({
  all: trafficShape.omit({ url: true }).optional().describe('For every subgraph.'),
  subgraphs: z
    .record(z.string(), trafficShape)
    .optional()
    .describe('For one, by its name in the supergraph.'),
})

export type TrafficSection = Readonly<z.input<typeof trafficSection>>

/** The settings of one subgraph: its own before those for all, those before the defaults. */
export function trafficFor(name: string, section: TrafficSection = {}): TrafficSettings {
  const own = section.subgraphs?.[name] ?? {}
  const merged: Record<string, unknown> = { ...section.all }
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key]
    merged[key] = isPlain(before) && isPlain(value) ? { ...before, ...value } : value
  }
  return trafficShape.parse(merged)
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
